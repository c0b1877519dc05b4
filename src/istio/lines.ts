import { parseRelease, release, sameLine, type Release } from './release.ts'

/** The last patch release of each line that we know, oldest first. */
export const lines: readonly Release[] = [
  '0.8.0',
  '1.0.9',
  '1.1.17',
  '1.2.10',
  '1.3.8',
  '1.4.10',
  '1.5.10',
  '1.6.14',
  '1.7.8',
  '1.8.6',
  '1.9.9',
  '1.10.6',
  '1.11.8',
  '1.12.9',
  '1.13.9',
  '1.14.6',
  '1.15.7',
  '1.16.7',
  '1.17.8',
  '1.18.7',
  '1.19.10',
  '1.20.8',
  '1.21.6',
  '1.22.8',
  '1.23.6',
  '1.24.6',
  '1.25.5',
  '1.26.8',
  '1.27.9',
  '1.28.10',
  '1.29.6',
  '1.30.3',
  '1.31.0',
].map(release)

/** A release that a text names; one that names only the line (`1.4-dev`) means the line's last patch release. */
export function releaseNamed(text: string): Release | undefined {
  const named = parseRelease(text)
  if (named === undefined || /\d\.\d+\.\d/.test(text)) return named
  return lines.find((line) => sameLine(line, named)) ?? named
}

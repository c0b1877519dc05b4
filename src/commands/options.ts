import { InvalidArgumentError, Option } from 'commander'

const prefix = 'SIDECAR_INJECTOR_'

/** The environment variable of an option: `tlsCertFile` is `SIDECAR_INJECTOR_TLS_CERT_FILE`. The command line wins. */
export function environmentName(option: string): string {
  return prefix + option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** An option that can be given by environment variable as well; the help shows which. */
export function option(flags: string, description: string): Option {
  const made = new Option(flags, description)
  return made.env(environmentName(made.attributeName()))
}

/** Reads a TCP port; 0 takes a free one. */
export function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port
  throw new InvalidArgumentError('A port is a number from 0 to 65535.')
}

/** Reads a number of seconds up to an hour, e.g. `5` or `0.5`. */
export function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (/^\d+(?:\.\d+)?$/.test(text) && seconds <= 3600) return seconds
  throw new InvalidArgumentError('Seconds are a number from 0 to 3600.')
}

/** Reads a number of minutes up to a day, e.g. `10` or `0.5`. */
export function parseMinutes(text: string): number {
  const minutes = Number(text)
  if (/^\d+(?:\.\d+)?$/.test(text) && minutes <= 1440) return minutes
  throw new InvalidArgumentError('Minutes are a number from 0 to 1440.')
}

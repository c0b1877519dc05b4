/** A date, perhaps with a time, as go-yaml's formats for time.Parse take it: one or two digits everywhere but the year. */
const timestamp =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/

/** Does go-yaml take this text for a timestamp? It stays a string when read, but is written in quotes. */
export function isTimestamp(text: string): boolean {
  // Year and minus first: hardly any text gets further.
  if (text.charCodeAt(4) !== 0x2d) return false
  const match = timestamp.exec(text)
  if (match === null) return false
  const [year = 0, month = 0, day = 0] = match.slice(1, 4).map(Number)
  const [hour = 0, minute = 0, second = 0] = (
    match[4] === undefined ? match.slice(9) : match.slice(4, 7)
  ).map(Number)
  const [zoneHour = 0, zoneMinute = 0] = match.slice(7, 9).map(Number)
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysIn(year, month) &&
    !(hour > 23 || minute > 59 || second > 59 || zoneHour > 24 || zoneMinute > 60)
  )
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

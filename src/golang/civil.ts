/** The calendar: days since 1970-01-01 as dates and back, in the Gregorian calendar without end (as Go's time). */

export interface CivilDate {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  /** 1 to 31. */
  readonly day: number
  /** 1 to 366. */
  readonly yearDay: number
  /** 0 is Sunday. */
  readonly weekday: number
}

const daysInEra = 146_097
const yearsInEra = 400
/** Days from 0000-03-01, where an era begins, to 1970-01-01. */
const epochInEra = 719_468
/** Days before each month in a common year. */
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]

export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

export function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (daysBefore[month] ?? 0) - (daysBefore[month - 1] ?? 0)
}

/** The date of a day. Years are counted from March, so that the leap day is the last of its year. */
export function civilDate(days: number): CivilDate {
  const shifted = days + epochInEra
  const era = Math.floor(shifted / daysInEra)
  const dayOfEra = shifted - era * daysInEra
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * yearsInEra + (month <= 2 ? 1 : 0)
  const leapDay = month > 2 && isLeap(year) ? 1 : 0
  const weekday = (((days + 4) % 7) + 7) % 7
  return { year, month, day, yearDay: (daysBefore[month - 1] ?? 0) + day + leapDay, weekday }
}

/** The day of a date, whose month and day may be out of range: month 13 is January of the next year. */
export function dayOf(year: number, month: number, day: number): number {
  const months = month - 1
  const realYear = year + Math.floor(months / 12)
  const realMonth = months - Math.floor(months / 12) * 12 + 1
  const fromMarch = realMonth > 2 ? realYear : realYear - 1
  const era = Math.floor(fromMarch / yearsInEra)
  const yearOfEra = fromMarch - era * yearsInEra
  const dayOfYear = Math.floor((153 * (realMonth > 2 ? realMonth - 3 : realMonth + 9) + 2) / 5)
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * daysInEra + dayOfEra - epochInEra + day - 1
}

/** The month and day of a day of the year, 1 to 365, or 366 in leap years; undefined for others. */
export function dayOfYear(year: number, yearDay: number): { month: number; day: number } | undefined {
  if (yearDay < 1 || yearDay > (isLeap(year) ? 366 : 365)) return undefined
  return civilDate(dayOf(year, 1, yearDay))
}

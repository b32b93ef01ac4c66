import type { TimeMs } from '../../core/model.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`
const FORMS = [
  // RFC 1123: Mon, 29 Jun 2020 00:43:09 GMT
  new RegExp(String.raw`^[A-Za-z]+, (?<day>\d{1,2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) ${TIME}(?!\d)`),
  // RFC 850: Monday, 29-Jun-20 00:43:09 GMT
  new RegExp(String.raw`^[A-Za-z]+, (?<day>\d{1,2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) ${TIME}(?!\d)`),
  // asctime: Mon Jun 29 00:43:09 2020
  new RegExp(String.raw`^[A-Za-z]+ (?<month>[A-Z][a-z]{2}) +(?<day>\d{1,2}) ${TIME} (?<year>\d{4})(?!\d)`),
]

/**
 * Milliseconds of a Date header, or null when it is none. Reads the three HTTP forms as the vendor's gateway does: always
 * as UTC, whatever zone word follows the seconds (Go clients write `UTC`), and without a look at the weekday. Years of two
 * digits are 1970 to 2069.
 */
export function parseDate(text: string): TimeMs | null {
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups
    if (groups !== undefined) return toTime(groups)
  }
  return null
}

function toTime(groups: Readonly<Record<string, string | undefined>>): TimeMs | null {
  const month = MONTHS.indexOf(groups.month ?? '')
  const [day, hour, minute, second] = [groups.day, groups.hour, groups.minute, groups.second].map(Number)
  if (month === -1 || day === undefined || hour === undefined) return null
  if (minute === undefined || second === undefined || hour > 23 || minute > 59 || second > 60) return null
  const time = new Date(0)
  time.setUTCFullYear(fullYear(groups.year ?? ''), month, day)
  if (time.getUTCDate() !== day) return null
  return time.setUTCHours(hour, minute, second)
}

function fullYear(digits: string): number {
  const year = Number(digits)
  if (digits.length !== 2) return year
  return year < 70 ? 2000 + year : 1900 + year
}

import type { TimeMs } from '../core/clock.ts'

const IMF = /^[A-Z][a-z]{2}, (\d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}) GMT$/
const RFC850 = /^[A-Z][a-z]+day, (\d{2})-([A-Z][a-z]{2})-(\d{2}) (\d{2}:\d{2}:\d{2}) GMT$/
const ASCTIME = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d{2}:\d{2}:\d{2}) (\d{4})$/

/** Milliseconds of an HTTP date in any of the three formats of RFC 9110 §5.6.7, or null. */
export function parseHttpDate(text: string, now: TimeMs): TimeMs | null {
  const normal = text
    .replace(IMF, '$1')
    .replace(RFC850, (_, day, month, year, time) => `${day} ${month} ${fullYear(Number(year), now)} ${time}`)
    .replace(ASCTIME, '$2 $1 $4 $3')
  if (normal === text) return null
  const time = Date.parse(`${normal} GMT`)
  return Number.isNaN(time) ? null : time
}

/** Two digits of a year mean the last one that is not more than 50 years ahead. */
function fullYear(year: number, now: TimeMs): number {
  const latest = new Date(now).getUTCFullYear() + 50
  return latest - ((((latest - year) % 100) + 100) % 100)
}

import type { TimeMs } from '../../../core/clock.ts'
import { parseHttpDate } from '../../../http/http-date.ts'

const ZONED = /^([A-Za-z]+, [\w -]+ \d{2}:\d{2}:\d{2})(?!\d).*$/

/**
 * Milliseconds of a Date header, or null when it is none. Reads the three HTTP forms as the vendor's gateway does: always
 * as UTC, whatever zone word follows the seconds (Go clients write `UTC`), and without a look at the weekday.
 */
export const parseDate = (text: string, now: TimeMs): TimeMs | null =>
  parseHttpDate(text.replace(ZONED, '$1 GMT'), now)

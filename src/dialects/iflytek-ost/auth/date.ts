import type { TimeMs } from '../../../core/clock.ts'
import { parseHttpDate } from '../../../http/http-date.ts'

const ZONED = /^([A-Za-z]+, [\w -]+ \d{2}:\d{2}:\d{2})(?!\d).*$/

/**
 * The time of a Date header; null if it is none. Reads the three HTTP forms as the vendor's gateway does: always as UTC, whatever
 * word stands for the zone (Go clients write `UTC`), and whatever weekday it names.
 */
export const parseDate = (text: string, now: TimeMs): TimeMs | null =>
  parseHttpDate(text.replace(ZONED, '$1 GMT'), now)

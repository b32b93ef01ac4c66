import type { TimeMs } from '../../../core/clock.ts'

/** `20180209024019`: UTC, as the asset calls have it (reference §0). */
export const timeText = (time: TimeMs): string => new Date(time).toISOString().replaceAll(/[-:T]|\..*$/g, '')

const TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/

/** Null for anything that is no such time. */
export function parseTime(text: string): TimeMs | null {
  if (!TIME.test(text)) return null
  const time = Date.parse(text.replace(TIME, '$1-$2-$3T$4:$5:$6Z'))
  return Number.isNaN(time) || timeText(time) !== text ? null : time
}

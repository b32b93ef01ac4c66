import type { TimeMs } from '../../../core/clock.ts'

const BEIJING_AHEAD_MS = 8 * 3600_000

/** `2026-01-02 11:04:05` of Beijing's clock: the form of CreateTime. */
export const beijingTime = (time: TimeMs): string =>
  new Date(time + BEIJING_AHEAD_MS).toISOString().slice(0, 19).replace('T', ' ')

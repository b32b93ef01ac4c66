export const SECOND_MS = 1000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
/** When histories begin. */
export const START_MS = 1_800_000_000_000
/** Who does something so often keeps its lease. */
export const PAUSE_MAX_MS = 7 * MINUTE_MS

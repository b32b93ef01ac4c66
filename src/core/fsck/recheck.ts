/** How long something has to stay wrong: longer than a command takes that others are in the middle of. */
export const RECHECK_MS = 1_000

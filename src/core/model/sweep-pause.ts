/**
 * The lease that keeps the sweep from removing bytes while somebody copies what a moment's facts name. It stands among the leases of jobs.
 */
export const SWEEP_PAUSE = 'sweep-pause'

/** It is renewed long before. When its holder dies, the sweep goes on after so long. */
export const SWEEP_PAUSE_MS = 5 * 60_000

/** A pause that ends later than this from now counts for nothing: somebody's clock was wrong. */
export const SWEEP_PAUSE_MAX_MS = SWEEP_PAUSE_MS + 60_000

/** Limits the time spent working, in milliseconds, waiting not counted. */
export interface WorkTimer {
  /** Begins or goes on to count. */
  resume(): void
  /** Stops counting until the next `resume`. */
  pause(): void
}

/** Calls `onOver` once when the counted time reaches `limitMs`. Time is the monotonic clock's. */
export function createWorkTimer(limitMs: number, onOver: () => void): WorkTimer {
  let leftMs = limitMs
  let running: { readonly timer: NodeJS.Timeout; readonly since: number } | null = null
  const pause = (): void => {
    if (running === null) return
    clearTimeout(running.timer)
    leftMs = Math.max(0, leftMs - (performance.now() - running.since))
    running = null
  }
  const resume = (): void => {
    pause()
    if (leftMs === 0) onOver()
    else running = { timer: setTimeout(onOver, leftMs), since: performance.now() }
  }
  return { resume, pause }
}

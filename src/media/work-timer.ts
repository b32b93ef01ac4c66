/** Limits the time of work, in milliseconds. Waiting does not count. */
export interface WorkTimer {
  /** Starts counting, or goes on. */
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

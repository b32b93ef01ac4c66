import type { Fault } from './jobs.ts'

/** Called before each call to the system; throws (or ends the thread) when a fault is due. */
export type PlayFault = (call: Fault['call']) => void

/** Counts calls and plays the given faults. `crash` is what ends the thread. */
export function faultPlayer(faults: readonly Fault[], crash: () => never): PlayFault {
  const counts: Record<Fault['call'], number> = { open: 0, write: 0, sync: 0 }
  return (call) => {
    counts[call] += 1
    const due = faults.find((fault) => fault.call === call && fault.nth === counts[call])
    if (due === undefined) return
    if (due.error === 'crash') crash()
    throw Object.assign(new Error(`${due.error}: played, ${call}`), { code: due.error })
  }
}

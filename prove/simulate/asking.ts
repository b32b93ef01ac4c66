import { CoreError } from '../../src/core/errors.ts'
import type { Did } from './entries.ts'
import { nameOf, type Seat } from './seat.ts'
import type { Station } from './station.ts'
import { PAUSE_MAX_MS } from './times.ts'

/** A store's own failures: what was asked may have happened. */
const STORE_CODES: readonly string[] = ['unavailable', 'metadata-failed', 'storage-failed', 'storage-full']

/** What came of a question: an answer, a refusal, or nothing that says whether it happened. */
export type Told<Answer> =
  | { readonly how: 'answered'; readonly answer: Answer }
  | { readonly how: 'refused'; readonly code: string }
  | { readonly how: 'unsure' }

/**
 * Asks the core, and keeps what was asked and answered. `did` is told the answer, or null where there is none: then it is what may have
 * happened, or null where nothing can have.
 */
export async function asked<Answer>(
  { seat }: Station,
  work: () => Promise<Answer>,
  did: (answer: Answer | null) => Did | null,
): Promise<Told<Answer>> {
  const { world, op } = seat
  const pending = { op: op.id, begins: world.moment++, from: world.timeline.now(), did: () => did(null) }
  world.pending.add(pending)
  const told = await toldBy(seat, work)
  world.pending.delete(pending)
  if (told.how === 'refused' && seat.hadTwo) world.pending.add(pending)
  const known = did(told.how === 'answered' ? told.answer : null)
  if (known !== null) {
    world.entries.push({
      ...{ op: op.id, did: known, refused: told.how === 'refused' ? told.code : null },
      ...{ isUnsure: told.how === 'unsure', begins: pending.begins, ends: world.moment++ },
      ...{ from: pending.from, until: world.timeline.now() },
    })
  }
  return told
}

/** As `asked`, for what is no question of its own. */
export async function toldBy<Answer>(seat: Seat, work: () => Promise<Answer>): Promise<Told<Answer>> {
  const { world, op } = seat
  try {
    const answer = await work()
    world.tell(() => `${nameOf(op)}: answered`)
    return { how: 'answered', answer }
  } catch (error) {
    if (!(error instanceof CoreError)) {
      world.faults.push(`${nameOf(op)} broke: ${String(error instanceof Error ? error.stack : error)}`)
      return { how: 'unsure' }
    }
    world.tell(() => `${nameOf(op)}: ${error.code} (${error.message})`)
    if (!STORE_CODES.includes(error.code)) return { how: 'refused', code: error.code }
    if (!isExcused(seat, error)) world.faults.push(`${nameOf(op)} fails without a cause: ${error.message}`)
    return { how: 'unsure' }
  }
}

/** A store that failed, or a lease that had the time to end. */
const isExcused = (seat: Seat, { code }: CoreError): boolean =>
  seat.hadFault || (code === 'storage-failed' && seat.longestMs > PAUSE_MAX_MS)

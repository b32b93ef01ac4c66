import type { AnswerAddress, KnownAnswer, NewAnswer } from '../model/answers.ts'
import type { Json } from '../model/json.ts'
import type { StoredObject } from '../model/objects.ts'
import type { Change } from '../ports/commands/answers.ts'
import type { CommitUpload, ObjectTarget } from '../ports/commands/commits.ts'
import type { Facts } from '../ports/facts.ts'
import type { Ports } from '../ports.ts'
import { createDamages, type Damages } from './damages.ts'
import { createObjects, type Objects } from './objects.ts'
import { createUploads, type Uploads } from './uploads.ts'

/** A call that a client may repeat. */
export interface RepeatableCall extends AnswerAddress {
  /** SHA-256 in hex of what is asked. */
  readonly digest: string
  /** How long its answer is remembered. */
  readonly keepMs: number
}

/** What a token was answered with. `isSame`: it was asked the same. */
export interface Remembered {
  readonly answer: Json
  readonly isSame: boolean
}

/** The use cases by which a call may make its change. */
export interface Changes {
  readonly objects: Objects
  readonly uploads: Uploads
}

/**
 * Calls that are done once, however often they are sent: whoever sends one again, with the token of the first, gets the first
 * answer. An answer is remembered with the change that it tells of, in one step, and only if the call succeeds.
 */
export interface Answers {
  /** What the call was answered with before. */
  find(call: RepeatableCall): Promise<Remembered | null>
  /**
   * Does the call unless its token has an answer. `work` returns the answer; where it changes an object, it does so by
   * `changing(answer)`, with the answer that it will return. Errors: those of `work`.
   */
  once(
    call: RepeatableCall,
    work: (changing: (answer: Json) => Changes) => Promise<Json>,
  ): Promise<Remembered>
}

/** Answers that are remembered of an account: the newest. */
const KEEP_MAX = 10_000

/** Thrown within `once`: the token got its answer while the work went on. */
class AnsweredMeanwhile extends Error {
  override readonly name = 'AnsweredMeanwhile'
}

export function createAnswers(ports: Ports, damages: Damages = createDamages(ports)): Answers {
  const { metadata, clock } = ports
  const find: Answers['find'] = async (call) => {
    const { account, scope, token } = call
    return remembered(call, await metadata.findAnswer({ account, scope, token, now: clock.now() }))
  }
  return {
    find,
    once: async (call, work) => {
      const before = await find(call)
      if (before !== null) return before
      const newAnswer = (answer: Json): NewAnswer => {
        const { keepMs, ...asked } = call
        return { ...asked, answer, expiresAt: clock.now() + keepMs, keepMax: KEEP_MAX }
      }
      try {
        const answer = await work((told) => changesOnce(ports, damages, newAnswer(told)))
        const kept = await metadata.rememberAnswer({ ...newAnswer(answer), now: clock.now() })
        return { answer: kept.answer, isSame: kept.digest === call.digest }
      } catch (error) {
        const meanwhile = await find(call)
        if (meanwhile === null) throw error
        return meanwhile
      }
    },
  }
}

const remembered = ({ digest }: RepeatableCall, known: KnownAnswer | null): Remembered | null =>
  known === null ? null : { answer: known.answer, isSame: known.digest === digest }

/** Every change by these is made together with the answer, or not at all. */
function changesOnce(ports: Ports, damages: Damages, answer: NewAnswer): Changes {
  const make = async (change: Change): Promise<StoredObject> => {
    const { known, object } = await ports.metadata.changeOnce({ answer, change, now: ports.clock.now() })
    if (known === null) return object
    throw new AnsweredMeanwhile('the token was answered meanwhile')
  }
  const metadata = {
    ...ports.metadata,
    putObject: (command) => make({ name: 'putObject', command }),
    updateObject: (command) => make({ name: 'updateObject', command }),
    deleteObject: (command) => make({ name: 'deleteObject', command }),
    commitUpload: ((command: CommitUpload<ObjectTarget>) =>
      make({ name: 'commitUpload', command })) as Facts['commitUpload'],
  } satisfies Facts
  const once = { ...ports, metadata }
  return { objects: createObjects(once, damages), uploads: createUploads(once, damages) }
}

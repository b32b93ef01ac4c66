import { createHash } from 'node:crypto'
import type { Changes, RepeatableCall } from '../../../core/core.ts'
import type { Right } from '../../../core/model/accounts.ts'
import type { Json } from '../../../core/model/json.ts'
import { type Reach, requireRight } from '../../../core/rules/rights.ts'
import { invalid, VmsError } from '../errors.ts'
import { JsonPieces } from '../wire/json-pieces.ts'
import { type Call, endDryRun, type Handler } from './call.ts'
import { type About, allResources } from './reach.ts'

/** An action: the right that it needs, where it does something, and what. */
export interface Action {
  readonly needs: Right
  readonly about: About
  readonly handle: Handler
  /** How its repetitions are known. Null: it changes nothing. */
  readonly repeats: Repeats | null
}

export interface Repeats {
  /** What has to be the same in a call with the same ClientToken. */
  readonly parameters: readonly string[]
  /** How long an answer is of use. */
  readonly keepMs: number
}

/** What is remembered of a call: its `Result`, and where it did something, because that may be gone. */
interface Answered {
  readonly result: Json
  readonly reach: Reach
}

/** A text of 1 to 64 ASCII characters (other services of the vendor). */
const CLIENT_TOKEN = /^[\x20-\x7e]{1,64}$/

/**
 * Does an action, if the key may. A call with the ClientToken of an earlier one gets the answer of that one. Errors:
 * `access-denied`, `IdempotentParameterMismatch` when the earlier one had other parameters, and those of the action.
 */
export async function perform(call: Call, name: string, action: Action): Promise<Json | JsonPieces> {
  const repeatable = repeatableCall(call, name, action)
  if (repeatable !== null) return performOnce(call, action, repeatable)
  const { rights } = call.key
  // What an action names is looked up only if the key is limited to some of it.
  requireRight(rights, action.needs, await (rights.prefix === null ? allResources(call) : action.about(call)))
  return action.handle(call)
}

async function performOnce(call: Call, action: Action, repeatable: RepeatableCall): Promise<Json> {
  const { answers } = call.core
  const before = await answers.find(repeatable)
  const reach = before?.isSame === true ? answered(before.answer).reach : await action.about(call)
  requireRight(call.key.rights, action.needs, reach)
  const work = async (changing: (answer: Json) => Changes): Promise<Json> => {
    const remembering = (result: Json) => changing(asJson({ result, reach }))
    const result = await action.handle({ ...call, changing: remembering })
    if (result instanceof JsonPieces) throw new TypeError('a list is not remembered')
    return asJson({ result, reach })
  }
  const { answer, isSame } = before ?? (await answers.once(repeatable, work))
  if (!isSame) throw new VmsError('IdempotentParameterMismatch')
  endDryRun(call)
  return answered(answer).result
}

function repeatableCall(call: Call, name: string, { repeats }: Action): RepeatableCall | null {
  const token = repeats === null ? null : call.parameters.text('ClientToken')
  if (repeats === null || token === null) return null
  if (!CLIENT_TOKEN.test(token)) throw invalid('ClientToken', 'RequestParametersError')
  const asked = JSON.stringify(call.parameters.asked(repeats.parameters))
  return {
    ...{ account: call.account.id, scope: `volcengine-vms/${name}`, token },
    digest: createHash('sha256').update(asked).digest('hex'),
    keepMs: repeats.keepMs,
  }
}

const asJson = ({ result, reach: { bucket, key } }: Answered): Json => ({ result, reach: { bucket, key } })

/** The answers of this scope are all made by `asJson`. */
const answered = (answer: Json): Answered => answer as unknown as Answered

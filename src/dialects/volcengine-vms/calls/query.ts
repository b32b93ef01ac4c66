import type { JsonObject } from '../../../core/model/json.ts'
import type { ObjectBrief } from '../../../core/model/objects.ts'
import { BUCKET, STATE } from '../model/resource.ts'
import { JsonPieces } from '../wire/json-pieces.ts'
import { record, recordOf } from '../wire/records.ts'
import type { Call } from './call.ts'

const LIMIT_DEFAULT = 10
const LIMIT_MAX = 100
/** Records that are made at a time: other calls come in between. The answer has no pages. */
const PIECE = 200

/** QueryOpenGetResource (documents 6358/173279, 6358/1722085): an account's resources in any state, newest first. */
export async function queryOpenGetResource({ core, account, parameters }: Call): Promise<JsonObject> {
  const kind = readType(parameters)
  const state = parameters.integer('State', { min: 0, max: 2 })
  const limit = parameters.integer('Limit', { min: 1, max: LIMIT_MAX }) ?? LIMIT_DEFAULT
  const offset = parameters.integer('Offset', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? 0
  const { objects, total } = await core.objects.list({
    account: account.id,
    bucket: BUCKET,
    kind,
    status: state === null ? null : String(state),
    keyword: parameters.text('Keyword'),
    order: 'newest-first',
    limit,
    offset,
  })
  return { Records: objects.map(record), Total: total, Limit: limit, Offset: offset }
}

/** QueryUsableResource (document 6358/173278): the approved resources of a type, as a bare array. */
export async function queryUsableResource(call: Call): Promise<JsonPieces> {
  const kind = readType(call.parameters)
  // However many ask at once: one list of an account and a type is made at a time.
  return call.lists.run(`${call.account.id}/${kind}`, () => listApproved(call, kind))
}

/** QueryUsableResourceV2 (document 6358/1722078): the same, as `Records`. */
export async function queryUsableResourceV2(call: Call): Promise<JsonPieces> {
  return (await queryUsableResource(call)).within('{"Records":', '}')
}

/** Newest first. */
async function listApproved({ core, account }: Call, kind: string): Promise<JsonPieces> {
  const what = { account: account.id, bucket: BUCKET, kind, status: STATE.approved }
  const pieces: Uint8Array[] = []
  let after: ObjectBrief | null = null
  for (;;) {
    const briefs: readonly ObjectBrief[] = await core.objects.listBriefs({ ...what, after, limit: PIECE })
    const texts = briefs.map((brief) => JSON.stringify(recordOf({ ...brief, kind, status: what.status })))
    const separator = after === null || texts.length === 0 ? '' : ','
    pieces.push(Buffer.from(separator + texts.join(',')))
    after = briefs.at(-1) ?? null
    if (briefs.length < PIECE) return new JsonPieces(pieces).within('[', ']')
  }
}

const readType = (parameters: Call['parameters']): string =>
  String(parameters.requiredInteger('Type', { min: 0, max: 2 }))

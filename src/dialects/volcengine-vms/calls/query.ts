import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { BUCKET, STATE } from '../model/resource.ts'
import { record } from '../wire/records.ts'
import type { Call } from './call.ts'

const LIMIT_DEFAULT = 10
const LIMIT_MAX = 100
/** Rows of one look at the store. The answer has no pages. */
const PAGE = 500

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
export async function queryUsableResource(call: Call): Promise<readonly JsonObject[]> {
  return (await listApproved(call)).map(record)
}

/** QueryUsableResourceV2 (document 6358/1722078): the same, as `Records`. */
export async function queryUsableResourceV2(call: Call): Promise<JsonObject> {
  return { Records: await queryUsableResource(call) }
}

async function listApproved({ core, account, parameters }: Call): Promise<readonly StoredObject[]> {
  const kind = readType(parameters)
  const query = { account: account.id, bucket: BUCKET, kind, status: STATE.approved, keyword: null }
  const approved: StoredObject[] = []
  for (;;) {
    const page = { order: 'newest-first', limit: PAGE, offset: approved.length } as const
    const { objects } = await core.objects.list({ ...query, ...page })
    approved.push(...objects)
    if (objects.length < PAGE) return approved
  }
}

const readType = (parameters: Call['parameters']): string =>
  String(parameters.requiredInteger('Type', { min: 0, max: 2 }))

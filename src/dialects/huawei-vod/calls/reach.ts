import { CoreError } from '../../../core/errors.ts'
import type { Right } from '../../../core/model/accounts.ts'
import type { Json } from '../../../core/model/json.ts'
import type { Reach } from '../../../core/rules/rights.ts'
import { isList } from '../../../http/json-shapes.ts'
import { valuesOf } from '../../../http/pairs.ts'
import { mayCall } from '../auth/caller.ts'
import { keyPrefix, obsBucket } from '../storage/object-keys.ts'
import type { Call } from './call.ts'

/** Beginnings of the object keys that a call may touch. The key that signed has to allow all of them. */
export type About = (call: Pick<Call, 'project' | 'exchange' | 'body'>) => readonly string[]

/** Calls that name no asset: whatever is in the project. */
export const inProject: About = ({ project }) => [keyPrefix(project)]

/** Calls that name assets by the parameter `asset_id`; without one they are about the project. */
export const assetsInQuery: About = (call) => assets(call, inQuery(call.exchange))

/** Calls that name assets by the field `asset_id`. */
export const assetsInBody: About = (call) => assets(call, inBody(call.body.asset_id))

/** Calls that name an object key by the parameter `object_key`. */
export const objectInQuery: About = (call) => orProject(call, valuesOf(call.exchange.query, 'object_key'))

/** Refuses what the caller may not do there. `bucket` is that of OBS; default the project's. Errors: `access-denied`. */
export function requireReach(
  { caller, project }: Pick<Call, 'caller' | 'project'>,
  need: Right,
  reach: Reach,
  bucket = obsBucket(project),
): void {
  if (mayCall(caller, need, reach, { bucket, key: reach.key })) return
  throw new CoreError('access-denied', `the caller may not ${need} there`, { need })
}

type Asked = Parameters<About>[0]

const assets = (call: Asked, ids: readonly string[]): readonly string[] =>
  orProject(
    call,
    ids.map((id) => keyPrefix(call.project, id)),
  )

const orProject = (call: Asked, keys: readonly string[]): readonly string[] =>
  keys.length === 0 ? inProject(call) : keys

const inQuery = ({ query }: Call['exchange']): readonly string[] =>
  valuesOf(query, 'asset_id')
    .flatMap((value) => value.split(','))
    .map((id) => id.trim())
    .filter((id) => id !== '')

const inBody = (value: Json | undefined): readonly string[] =>
  [value ?? []].flatMap((each) => (isList(each) ? each : [each])).map(String)

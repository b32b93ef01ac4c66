import { CoreError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { getResource } from '../model/resource.ts'
import { readName } from '../wire/names.ts'
import { type Call, endDryRun, readResourceKey } from './call.ts'

/** OpenUpdateResource (document 6358/173275): gives a resource another name; its review stays as it is. */
export async function openUpdateResource(call: Call): Promise<JsonObject> {
  const { core, account, parameters } = call
  const resourceKey = readResourceKey(call)
  const name = readName(parameters, 'Name')
  const { id } = await getResource(core, account.id, resourceKey)
  endDryRun(call)
  const result = { ResourceKey: id, Name: name }
  await call.changing(result).objects.update({ account: account.id, id }, { name })
  return result
}

/** OpenDeleteResource (document 6358/173276 and its 2025 page). Refused while a hold is on the resource. */
export async function openDeleteResource(call: Call): Promise<JsonObject> {
  const { core, account } = call
  const resource = await getResource(core, account.id, readResourceKey(call))
  requireFree(resource)
  endDryRun(call)
  const result = { ResourceKey: resource.id }
  await call.changing(result).objects.delete({ account: account.id, id: resource.id })
  return result
}

function requireFree({ holds }: StoredObject): void {
  if (holds > 0) throw new CoreError('object-held', 'the resource is in use', { holds })
}

import { type BucketName, innerBucket } from '../../../core/model/buckets.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { randomHex } from '../../../core/random.ts'
import { VodError } from '../errors.ts'
import type { ProjectContext } from './context.ts'

/** A group of transcoding templates: kept and told, so that clients can name it, but nothing is transcoded by it. */
export interface TemplateGroup {
  readonly id: string
  readonly name: string
  /** As it was sent, without id and name. */
  readonly settings: JsonObject
}

type Context = Pick<ProjectContext, 'core' | 'account' | 'project'>

/** Groups of one project (ours). */
const GROUPS_MAX = 100
const KIND = 'template-group'

const bucketOf = ({ project }: Context): BucketName => innerBucket('huawei-vod', `templates/${project.id}`)

const groupOf = ({ key, name, attributes }: StoredObject): TemplateGroup => ({
  ...{ id: key, name, settings: attributes },
})

/** All groups of the project, newest first. */
export async function listGroups(context: Context): Promise<readonly TemplateGroup[]> {
  const { objects } = await context.core.objects.list({
    ...{ account: context.account.id, bucket: bucketOf(context), kind: KIND, status: null, keyword: null },
    ...{ order: 'newest-first', limit: GROUPS_MAX, offset: 0 },
  })
  return objects.map(groupOf)
}

/** Makes a group; returns its id. Throws VOD.10082 for a name that another one has, VOD.10083 with too many. */
export async function addGroup(context: Context, name: string, settings: JsonObject): Promise<string> {
  await requireFreeName(context, name)
  const key = randomHex(context.core.random, 16)
  await context.core.objects.put({
    ...{ account: context.account.id, bucket: bucketOf(context), key, staged: null, conflict: 'fail' },
    traits: { name, kind: KIND, status: '', contentType: null, media: null, attributes: settings },
    objectsMax: GROUPS_MAX,
  })
  return key
}

/** Throws VOD.10062, VOD.10082. */
export async function changeGroup(context: Context, { id, name, settings }: TemplateGroup): Promise<void> {
  await requireFreeName(context, name, id)
  const group = await find(context, id)
  const type = group.attributes.type ?? null
  const attributes = { ...settings, type }
  await context.core.objects.update({ account: group.account, id: group.id }, { name, attributes })
}

/** Throws VOD.10062. */
export async function removeGroup(context: Context, id: string): Promise<void> {
  const group = await find(context, id)
  await context.core.objects.delete({ account: group.account, id: group.id })
}

async function find(context: Context, key: string): Promise<StoredObject> {
  const address = { account: context.account.id, bucket: bucketOf(context), key }
  const group = await context.core.objects.find(address)
  if (group === null) throw new VodError(10062)
  return group
}

async function requireFreeName(context: Context, name: string, id: string | null = null): Promise<void> {
  const groups = await listGroups(context)
  if (groups.some((group) => group.name === name && group.id !== id)) throw new VodError(10082)
}

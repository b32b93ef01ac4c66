import { z } from 'zod'
import { CoreError } from '../../core/errors.ts'
import { type Bucket, bucketParts, type ListedEntry } from '../../core/model/buckets.ts'
import { type Context, call } from '../call.ts'
import { cursorOf, noQuery, pageOf, pageQuery, placeOf, time, timeOf } from '../schemas.ts'
import { accountIn } from './account-in.ts'

const bucketSchema = z
  .object({
    name: z.string(),
    owner: z.string().nullable().describe('the dialect whose it is; null for one that a user made'),
    shape: z.enum(['flat', 'tree']),
    ...{ created_at: time.nullable(), changed_at: time.nullable() },
  })
  .meta({ id: 'Bucket', description: 'a namespace of objects, or a tree of files' })

const told = ({ name: full, shape, createdAt, changedAt }: Bucket): z.input<typeof bucketSchema> => {
  const { owner, name } = bucketParts(full)
  const times = { created_at: timeOf(createdAt), changed_at: timeOf(changedAt) }
  return { name, owner: owner === '' ? null : owner, shape, ...times }
}

const objectSchema = z
  .union([
    z.object({
      ...{ kind: z.literal('object'), key: z.string(), id: z.string(), size: z.number().int() },
      ...{ content_type: z.string().nullable(), changed_at: time.nullable() },
      digests: z.record(z.string(), z.string()).describe('hex, and crc64 in decimals'),
    }),
    z.object({ kind: z.literal('prefix'), prefix: z.string() }),
  ])
  .meta({ id: 'Entry', description: 'an object, or what keys have in common up to the delimiter' })

const entryTold = (entry: ListedEntry): z.input<typeof objectSchema> => {
  if (entry.kind === 'prefix') return { kind: 'prefix', prefix: entry.prefix }
  const { key, id, size, contentType, content, changedAt } = entry
  return {
    ...{ kind: 'object', key, id, size, content_type: contentType, changed_at: timeOf(changedAt) },
    digests: { ...content?.digests },
  }
}

const LIST_PATH = '/v1/accounts/{account}/buckets'
const PATH = `${LIST_PATH}/{bucket}`

/** The calls about buckets, whichever door their objects came by. */
export const BUCKET_CALLS = [
  call({
    ...{ method: 'GET', path: LIST_PATH, name: 'buckets.list', audience: 'account' },
    does: 'list the buckets of an account: its own, and those of dialects',
    query: z.strictObject(pageQuery),
    body: null,
    answer: { status: 200, schema: pageOf(bucketSchema).meta({ id: 'Buckets' }) },
    handle: async (context, { path, query: { limit, after } }) => {
      const place = placeOf(after)
      const query = { account: await accountIn(context, path), owner: null, limit: limit + 1 }
      // A place is the full name of a bucket that a page ended with.
      const last = place === '' ? null : (place as Bucket['name'])
      const found = await context.core.buckets.list({ ...query, after: last })
      const items = found.slice(0, limit)
      const next = found.length > limit ? cursorOf(items.at(-1)?.name ?? '') : null
      return { value: { items: items.map(told), next } }
    },
  }),
  call({
    ...{ method: 'POST', path: LIST_PATH, name: 'buckets.create', audience: 'account' },
    does: 'make a bucket of the account',
    query: noQuery,
    body: z.strictObject({ name: z.string() }).meta({ id: 'NewBucket' }),
    answer: { status: 201, schema: bucketSchema },
    handle: async (context, { path, body: { name } }) => {
      const account = await accountIn(context, path)
      return { value: told(await context.core.buckets.make({ account, name, settings: {} })) }
    },
  }),
  call({
    ...{ method: 'GET', path: PATH, name: 'buckets.show', audience: 'account' },
    does: 'show a bucket, and what is stored in it',
    ...{ query: noQuery, body: null },
    answer: {
      status: 200,
      schema: z
        .object({ ...bucketSchema.shape, objects: z.number().int(), bytes: z.number().int() })
        .meta({ id: 'BucketWithUsage' }),
    },
    handle: async (context, { path }) => {
      const bucket = await findBucket(context, path)
      const { objects, bytes } = await context.core.objects.usage(bucket.account, bucket.name)
      return { value: { ...told(bucket), objects, bytes } }
    },
  }),
  call({
    ...{ method: 'DELETE', path: PATH, name: 'buckets.delete', audience: 'account' },
    does: "remove an empty bucket of the account's own",
    ...{ query: noQuery, body: null },
    answer: { status: 204, schema: null },
    handle: async (context, { path }) => {
      const { account, name } = await findBucket(context, path)
      await context.core.buckets.remove({ account, bucket: name })
      return { value: null }
    },
  }),
  call({
    ...{ method: 'GET', path: `${PATH}/objects`, name: 'objects.list', audience: 'account' },
    does: "list a bucket's objects in the order of their keys, or a tree's files",
    query: z.strictObject({
      ...pageQuery,
      prefix: z.string().max(4096).default('').describe('what keys begin with'),
      delimiter: z.string().min(1).max(64).optional().describe('keys that have it behind the prefix are one'),
    }),
    body: null,
    answer: { status: 200, schema: pageOf(objectSchema).meta({ id: 'Entries' }) },
    handle: async (context, { path, query: { limit, after, prefix, delimiter = null } }) => {
      const { account, name: bucket } = await findBucket(context, path)
      const range = { prefix, delimiter, after: placeOf(after) }
      const { entries, next } = await context.core.buckets.listKeys({ account, bucket, limit, ...range })
      return { value: { items: entries.map(entryTold), next: next === null ? null : cursorOf(next) } }
    },
  }),
]

/** Errors: `account-not-found`, `bucket-not-found`. */
async function findBucket(context: Context, path: Readonly<Record<string, string>>): Promise<Bucket> {
  const { bucket = '' } = path
  const found = await context.core.buckets.named(await accountIn(context, path), bucket)
  if (found !== null) return found
  throw new CoreError('bucket-not-found', `there is no bucket ${bucket}`)
}

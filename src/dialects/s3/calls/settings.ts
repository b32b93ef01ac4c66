import type { Bucket } from '../../../core/model/buckets.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import { readBody } from '../../../http/body.ts'
import { isObject } from '../../../http/json-shapes.ts'
import { type Operation, requireBody } from '../../../object-plane/operations/own.ts'
import { S3Error } from '../../../object-plane/s3/index.ts'
import { corsFields, readCors } from '../wire/cors.ts'
import { lifecycleFields, readLifecycle } from '../wire/lifecycle.ts'
import { readTagging, taggingFields, tagsOf } from '../wire/tagging.ts'
import type { S3Context } from './call.ts'
import { answerXml, settingOperation } from './setting.ts'

const BODY_SIZE_MAX = 256 * 1024

/** What a bucket may have: how it is read from a document, and written into one. */
interface BucketSetting {
  readonly query: string
  readonly root: string
  read(body: Uint8Array): Json
  fields(kept: JsonObject): string
  /** What is told where the bucket has none. */
  readonly missing: () => S3Error
}

const SETTINGS: readonly BucketSetting[] = [
  {
    ...{ query: 'lifecycle', root: 'LifecycleConfiguration', read: readLifecycle, fields: lifecycleFields },
    missing: () => new S3Error('NoSuchLifecycleConfiguration'),
  },
  {
    ...{ query: 'tagging', root: 'Tagging', read: (body) => readTagging(body, 50) },
    ...{ fields: (kept) => taggingFields(tagsOf(kept)), missing: () => new S3Error('NoSuchTagSet') },
  },
  {
    ...{ query: 'cors', root: 'CORSConfiguration', read: readCors },
    ...{ fields: corsFields, missing: () => new S3Error('NoSuchCORSConfiguration') },
  },
]

/** GET, PUT and DELETE of what a bucket has beside its objects, and what is the same for all of them. */
export const settingOperations = (context: S3Context): readonly Operation[] => [
  fixed(context, 'location', 'LocationConstraint', ({ options: { region } }) =>
    region === 'us-east-1' ? '' : region,
  ),
  fixed(context, 'versioning', 'VersioningConfiguration', () => ''),
  fixed(context, 'acl', 'AccessControlPolicy', (_, { account }) => aclFields(account)),
  ...SETTINGS.flatMap((setting) => [
    settingOperation(context, setting.query, 'GET', async (handling, exchange, bucket) => {
      const kept = bucket.settings[setting.query]
      if (!isObject(kept)) throw setting.missing()
      return answerXml(handling, exchange, setting.root, setting.fields(kept))
    }),
    settingOperation(context, setting.query, 'PUT', async ({ flavour }, exchange, bucket, sha256) => {
      const body = await readBody(exchange, BODY_SIZE_MAX)
      requireBody(exchange, body, sha256)
      await change(context, bucket, { ...bucket.settings, [setting.query]: setting.read(body) })
      return { status: setting.query === 'tagging' ? 204 : 200, headers: flavour.commonHeaders(exchange) }
    }),
    settingOperation(context, setting.query, 'DELETE', async ({ flavour }, exchange, bucket) => {
      const { [setting.query]: _, ...rest } = bucket.settings
      await change(context, bucket, rest)
      return { status: 204, headers: flavour.commonHeaders(exchange) }
    }),
  ]),
]

const fixed = (
  context: S3Context,
  query: string,
  root: string,
  fields: (context: S3Context, bucket: Bucket) => string,
): Operation =>
  settingOperation(context, query, 'GET', async (handling, exchange, bucket) =>
    answerXml(handling, exchange, root, fields(context, bucket)),
  )

/** Bound to what was read: two that change it at once do not undo each other. */
const change = ({ core }: S3Context, { account, name, version }: Bucket, settings: JsonObject) =>
  core.buckets.update({ account, bucket: name }, { settings, ifVersion: version })

const aclFields = (account: string): string => {
  const who = `<ID>${account}</ID><DisplayName>${account}</DisplayName>`
  const grantee = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">${who}</Grantee>`
  return `<Owner>${who}</Owner><AccessControlList><Grant>${grantee}<Permission>FULL_CONTROL</Permission></Grant></AccessControlList>`
}

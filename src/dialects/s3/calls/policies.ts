import { isCoreError } from '../../../core/errors.ts'
import type { Bucket } from '../../../core/model/buckets.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import { readBody } from '../../../http/body.ts'
import { isObject } from '../../../http/json-shapes.ts'
import { element } from '../../../object-plane/documents.ts'
import { type Operation, requireBody } from '../../../object-plane/operations/own.ts'
import { S3Error } from '../../../object-plane/s3/index.ts'
import { isPublic, readPolicy } from '../wire/policy.ts'
import type { S3Context } from './call.ts'
import { answerXml, settingOperation } from './setting.ts'

/** As S3 has it. */
const POLICY_SIZE_MAX = 20 * 1024

/** The policy of a bucket: what everybody may read in it. */
export const policyOperations = (context: S3Context): readonly Operation[] => [
  settingOperation(context, 'policy', 'GET', async ({ flavour }, exchange, { settings }) => {
    const headers = { ...flavour.commonHeaders(exchange), 'content-type': 'application/json' }
    return { status: 200, headers, body: textOf(settings.policy) }
  }),
  settingOperation(context, 'policystatus', 'GET', async (handling, exchange, { settings, name }) => {
    const reading = readPolicy(textOf(settings.policy), nameOf(name))
    const told = element('IsPublic', String(isPublic(reading)).toUpperCase())
    return answerXml(handling, exchange, 'PolicyStatus', told)
  }),
  settingOperation(context, 'policy', 'PUT', async ({ flavour }, exchange, bucket, sha256) => {
    const body = await readBody(exchange, POLICY_SIZE_MAX)
    requireBody(exchange, body, sha256)
    const text = Buffer.from(body).toString()
    const reading = readPolicy(text, nameOf(bucket.name))
    const settings = { ...bucket.settings, policy: { text } }
    await change(context, bucket, { settings, isPublic: isPublic(reading) })
    return { status: 204, headers: flavour.commonHeaders(exchange) }
  }),
  settingOperation(context, 'policy', 'DELETE', async ({ flavour }, exchange, bucket) => {
    const { policy: _, ...settings } = bucket.settings
    await change(context, bucket, { settings, isPublic: false })
    return { status: 204, headers: flavour.commonHeaders(exchange) }
  }),
]

const nameOf = (bucket: string): string => bucket.slice(bucket.indexOf(':') + 1)

/** Throws S3Error `NoSuchBucketPolicy`. */
function textOf(policy: Json | undefined): string {
  const text = isObject(policy ?? null) ? (policy as JsonObject).text : undefined
  if (typeof text !== 'string') throw new S3Error('NoSuchBucketPolicy')
  return text
}

type Change = Parameters<S3Context['core']['buckets']['update']>[1]

/** One account's bucket of a name alone can be public: whoever does not sign says no account. */
async function change({ core }: S3Context, bucket: Bucket, changed: Change): Promise<void> {
  try {
    const { account, name, version } = bucket
    await core.buckets.update({ account, bucket: name }, { ...changed, ifVersion: version })
  } catch (error) {
    if (!isCoreError(error, 'name-conflict')) throw error
    throw new S3Error('AccessDenied', 'A bucket of this name is public already, of another account.')
  }
}

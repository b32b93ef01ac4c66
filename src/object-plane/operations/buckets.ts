import { ALL_RIGHTS } from '../../core/model/accounts.ts'
import { may } from '../../core/rules/rights.ts'
import { readBody } from '../../http/body.ts'
import type { Exchange, Reply } from '../../http/types.ts'
import type { Place } from '../admission.ts'
import type { PlaneBucket, PlaneBucketLife } from '../contents.ts'
import { PlaneError } from '../errors.ts'
import { contentMd5 } from '../receive.ts'
import type { PlaneFlavour, PlaneSigner } from '../types.ts'
import { element } from '../xml.ts'
import type { Handler, Handling, Operation } from './operation.ts'
import { requireDigest } from './parts.ts'

/** GET of the service, and PUT, DELETE and HEAD of a bucket, where buckets are made by clients. */
export const bucketLifeOperations: readonly Operation[] = [
  operation('list-buckets', 'GET', 'service', (handling, life, exchange, place) =>
    listBuckets(handling, (account) => life.list(account), exchange, place),
  ),
  {
    ...{ call: 'list-buckets', method: 'GET', at: 'service' },
    // With parameters it is about the bucket that is meant where none is named.
    matches: ({ url = '' }) => !url.includes('?'),
    handlerOf: (handling, place): Handler | null => {
      const { keys, life } = place.namespace
      const list = life === undefined ? keys?.buckets?.bind(keys) : undefined
      if (list === undefined || !tellsKeys(handling.flavour)) return null
      return (exchange) => listBuckets(handling, list, exchange, place)
    },
  },
  operation('head-bucket', 'HEAD', 'bucket', async (handling, life, exchange, place) => {
    const { signer, bucket } = await handling.admitToBucket(exchange, place, 'head-bucket')
    if ((await life.find({ account: signer.account, bucket })) === null) throw noSuchBucket()
    const { flavour } = handling
    return { status: 200, headers: { ...flavour.commonHeaders(exchange), ...flavour.bucketHeaders(bucket) } }
  }),
  operation('create-bucket', 'PUT', 'bucket', async (handling, life, exchange, place) => {
    const { signer, bucket } = await handling.admitToBucket(exchange, place, 'create-bucket')
    const { flavour } = handling
    const settings = flavour.readBucket?.(exchange, await bodyOf(exchange, signer)) ?? {}
    await life.create({ account: signer.account, bucket }, settings)
    const told = { location: `/${bucket}`, ...flavour.madeHeaders?.(bucket) }
    return { status: 200, headers: { ...flavour.commonHeaders(exchange), ...told }, body: '' }
  }),
  operation('remove-bucket', 'DELETE', 'bucket', async (handling, life, exchange, place) => {
    const { signer, bucket } = await handling.admitToBucket(exchange, place, 'remove-bucket')
    await life.remove({ account: signer.account, bucket })
    return { status: 204, headers: handling.flavour.commonHeaders(exchange) }
  }),
]

const BODY_SIZE_MAX = 64 * 1024

async function bodyOf(exchange: Exchange, { bodySha256 }: PlaneSigner): Promise<Uint8Array> {
  const md5 = contentMd5(exchange)
  const body = await readBody(exchange, BODY_SIZE_MAX)
  requireDigest('md5', body, md5)
  requireDigest('sha256', body, bodySha256)
  return body
}

type BucketHandler = (
  handling: Handling,
  life: PlaneBucketLife,
  exchange: Exchange,
  place: Place,
) => Promise<Reply>

function operation(call: string, method: string, at: Operation['at'], handle: BucketHandler): Operation {
  return {
    ...{ call, method, at },
    handlerOf: (handling, place): Handler | null => {
      const { life } = place.namespace
      return life === undefined ? null : (exchange) => handle(handling, life, exchange, place)
    },
  }
}

/** A key that is limited to some buckets is shown these. */
async function listBuckets(
  { flavour, admitToBucket }: Handling,
  list: PlaneBucketLife['list'],
  exchange: Exchange,
  place: Place,
): Promise<Reply> {
  const { signer } = await admitToBucket(exchange, place, 'list-buckets')
  const { account, rights } = signer
  const whole = { ...ALL_RIGHTS, may: rights.may, buckets: rights.buckets }
  const reach = (name: string) => place.namespace.reachIn?.(name, '') ?? { bucket: name, key: '' }
  const shown = (await list(account)).filter(({ name }) => may(whole, 'read', reach(name)))
  if (flavour.json !== undefined) return flavour.json.buckets(exchange, account, shown)
  const owner = `<Owner>${element('ID', account)}${element('DisplayName', account)}</Owner>`
  return xmlOf(flavour)(
    exchange,
    'ListAllMyBucketsResult',
    `${owner}<Buckets>${shown.map(bucketElement).join('')}</Buckets>`,
  )
}

const bucketElement = ({ name, createdAt }: PlaneBucket): string =>
  `<Bucket>${element('Name', name)}${element('CreationDate', new Date(createdAt).toISOString())}</Bucket>`

/** How the flavour answers with XML. Throws where it does not: then it has no such operation. */
export function xmlOf({ answerXml, name }: PlaneFlavour): NonNullable<PlaneFlavour['answerXml']> {
  if (answerXml === undefined) throw new TypeError(`${name} answers with no XML`)
  return answerXml
}

/** Whether a flavour has words for lists, copies and deletions of many. */
export const tellsKeys = ({ answerXml, json }: PlaneFlavour): boolean =>
  answerXml !== undefined || json !== undefined

export const noSuchBucket = (): PlaneError => new PlaneError('no-such-bucket', 'no such bucket')

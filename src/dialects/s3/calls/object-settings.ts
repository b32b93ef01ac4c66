import type { StoredObject } from '../../../core/model/objects.ts'
import { readBody } from '../../../http/body.ts'
import { headerText } from '../../../http/signed-request.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import { element } from '../../../object-plane/documents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import {
  asksFor,
  type Handling,
  type Operation,
  only,
  requireBody,
} from '../../../object-plane/operations/own.ts'
import { invalidArgument, keptAttributes, S3Error } from '../../../object-plane/s3/index.ts'
import type { PlaneTarget } from '../../../object-plane/types.ts'
import { bucketOf } from '../storage/buckets.ts'
import { fileAt } from '../storage/house-files.ts'
import { etagOf } from '../storage/objects.ts'
import { readTagging, taggingFields } from '../wire/tagging.ts'
import type { S3Context } from './call.ts'

const BODY_SIZE_MAX = 64 * 1024
const TAGS_MAX = 10

/** Tags and attributes of objects. */
export const objectOperations = (context: S3Context): readonly Operation[] => [
  operation(context, 'tagging', 'GET', async (handling, exchange, object) =>
    answer(handling, exchange, 'Tagging', taggingFields(keptAttributes(object.attributes).tags)),
  ),
  operation(context, 'tagging', 'PUT', async ({ flavour }, exchange, object, sha256) => {
    const body = await readBody(exchange, BODY_SIZE_MAX)
    requireBody(exchange, body, sha256)
    await retag(context, object, readTagging(body, TAGS_MAX))
    return { status: 200, headers: flavour.commonHeaders(exchange) }
  }),
  operation(context, 'tagging', 'DELETE', async ({ flavour }, exchange, object) => {
    await retag(context, object, {})
    return { status: 204, headers: flavour.commonHeaders(exchange) }
  }),
  operation(
    ...([context, 'attributes', 'GET'] as const),
    async (handling, exchange, object) => attributes(context, handling, exchange, object),
    askedAttributes,
  ),
  operation(context, 'acl', 'GET', async (handling, exchange, { account }) => {
    const who = `${element('ID', account)}${element('DisplayName', account)}`
    return answer(handling, exchange, 'AccessControlPolicy', `<Owner>${who}</Owner><AccessControlList/>`)
  }),
]

type ObjectHandler = (
  handling: Handling,
  exchange: Exchange,
  object: Told,
  sha256: string | null,
) => Promise<Reply>

/** What is told of an object. */
interface Told extends Pick<StoredObject, 'account' | 'version' | 'attributes' | 'content' | 'updatedAt'> {
  readonly id: string
}

/** `check` throws what the head of a request is refused with, before the object is looked for. */
function operation(
  context: S3Context,
  query: string,
  method: string,
  handle: ObjectHandler,
  check: (exchange: Exchange) => void = () => {},
): Operation {
  const right = method === 'GET' ? 'get' : 'put'
  return {
    ...{ call: `${method.toLowerCase()}-${query}`, method, at: 'object', matches: asksFor(query) },
    handlerOf: (handling, place) => async (exchange) => {
      const { signer, target } = await handling.admit(exchange, place, right, [query])
      check(exchange)
      const isHouse = context.core.buckets.isReserved(target.bucket)
      const object = isHouse ? await fileOf(context, target, method) : await objectAt(context, target)
      return handle(handling, exchange, object, signer.bodySha256)
    },
  }
}

/** A file in a dialect's bucket, which has no tags. Throws PlaneError `access-denied` for who wants to change something. */
async function fileOf(context: S3Context, target: PlaneTarget, method: string): Promise<Told> {
  if (method !== 'GET') throw new PlaneError('access-denied', 'files of dialects have no tags')
  const file = await fileAt(context, target)
  if (file === null) throw new PlaneError('no-such-key', 'no file is there')
  const { content, updatedAt, attributes = {} } = file
  return { ...{ id: file.id, account: target.account, version: 0 }, content, updatedAt, attributes }
}

async function objectAt({ core }: S3Context, { account, bucket, key }: PlaneTarget): Promise<Told> {
  const at = { account, bucket: bucketOf(bucket) }
  const object = await core.objects.find({ ...at, key })
  if (object !== null) return object
  const isThere = (await core.buckets.find(at)) !== null
  throw new PlaneError(isThere ? 'no-such-key' : 'no-such-bucket', 'no object is there')
}

const retag = (
  { core }: S3Context,
  { account, id, version, attributes: kept }: Told,
  tags: Readonly<Record<string, string>>,
) =>
  core.objects.update(
    { account, id: id as StoredObject['id'] },
    { attributes: { ...kept, tags } },
    { ifVersion: version },
  )

const answer = ({ flavour }: Handling, exchange: Exchange, root: string, fields: string): Reply =>
  flavour.answerXml?.(exchange, root, fields) ?? { status: 200 }

const NAMES = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] as const

const HEADER = 'x-amz-object-attributes'

/** Throws S3Error `InvalidRequest`, `InvalidArgument`. */
function askedAttributes({ request }: Exchange): readonly string[] {
  const header = headerText(request.headers, HEADER) ?? ''
  if (header === '')
    throw new S3Error(
      'InvalidRequest',
      'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
    )
  const asked = header.split(',').map((name) => name.trim())
  const wrong = asked.find((name) => !NAMES.some((each) => each === name))
  if (wrong !== undefined) throw invalidArgument('Invalid attribute name specified.', HEADER, wrong)
  return asked
}

async function attributes(
  context: S3Context,
  handling: Handling,
  exchange: Exchange,
  object: Told,
): Promise<Reply> {
  const asked = askedAttributes(exchange)
  const has = (name: (typeof NAMES)[number]) => asked.includes(name)
  const { checksum } = keptAttributes(object.attributes)
  const fields = [
    has('ETag') ? element('ETag', etagOf(object).slice(1, -1)) : '',
    has('Checksum') && checksum !== null
      ? `<Checksum>${element(`Checksum${checksum.algorithm.toUpperCase()}`, checksum.value)}${element('ChecksumType', checksum.type)}</Checksum>`
      : '',
    has('ObjectParts') ? await partsElement(context, exchange, object) : '',
    has('StorageClass') ? element('StorageClass', 'STANDARD') : '',
    has('ObjectSize') ? element('ObjectSize', String(object.content?.size ?? 0)) : '',
  ]
  const reply = answer(handling, exchange, 'GetObjectAttributesResponse', fields.join(''))
  const changed = { 'last-modified': new Date(object.updatedAt).toUTCString() }
  return { ...reply, headers: { ...reply.headers, ...changed } }
}

/** Nothing for what came in one piece. */
async function partsElement({ core }: S3Context, exchange: Exchange, object: Told): Promise<string> {
  const { content } = object
  if (!content?.md5OfParts) return ''
  const number = (name: string, fallback: number) => {
    const text =
      headerText(exchange.request.headers, name) ?? only(exchange.query, name.slice('x-amz-'.length))
    if (text === null) return fallback
    if (!/^\d{1,9}$/.test(text)) throw new PlaneError('argument-invalid', `${name} is no number`)
    return Number(text)
  }
  const [after, max] = [
    number('x-amz-part-number-marker', 0),
    Math.min(number('x-amz-max-parts', 1000), 1000),
  ]
  const found = await core.objects.parts(object, { after, limit: max + 1 })
  const shown = found.slice(0, max)
  return `<ObjectParts>${[
    element('PartsCount', String(content.partCount)),
    element('PartNumberMarker', String(after)),
    element('NextPartNumberMarker', String(shown.at(-1)?.number ?? after)),
    element('MaxParts', String(max)),
    element('IsTruncated', String(found.length > max)),
    ...shown.map(
      (part) =>
        `<Part>${element('PartNumber', String(part.number))}${element('Size', String(part.size))}</Part>`,
    ),
  ].join('')}</ObjectParts>`
}

import type { IncomingMessage } from 'node:http'
import { CoreError } from '../../core/errors.ts'
import type { Staged } from '../../core/model/bytes.ts'
import { announcedLength } from '../../http/body.ts'
import { type FilePart, readMultipart } from '../../http/multipart.ts'
import type { Exchange } from '../../http/types.ts'
import { locate, type Place, requireBucket } from '../admission.ts'
import { decodePath } from '../decode-path.ts'
import { PlaneError } from '../errors.ts'
import { expectedBytes, orDiscard } from '../receive.ts'
import type { PlaneFields, PlaneFormFlavour, PlaneFormNamespace, PlaneTarget } from '../types.ts'
import type { Handler, Handling, Operation } from './operation.ts'

/** Stands for the file's name in a form's key. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is the form's
const FILENAME = '${filename}'
const FIELDS_MAX = 100
const FIELD_SIZE_MAX = 20 * 1024
/** Bytes of a form that are read before its fields say who sends it. */
const FORM_HEAD_SIZE_MAX = 256 * 1024
/** Most bytes of fields and framing that an announced length may count beside the file. */
const OVERHEAD_SIZE_MAX = 4 * 1024 * 1024

/** Whether a POST is a form: multipart, to a URL without a query, which other services at the same path have. */
function isForm({ url = '', headers }: IncomingMessage): boolean {
  return /^multipart\/form-data *(;|$)/i.test(headers['content-type'] ?? '') && !/\?./.test(url)
}

/** Whether an OPTIONS asks if a form may be posted. */
export function isFormPreflight({ headers }: IncomingMessage): boolean {
  return headers['access-control-request-method'] === 'POST'
}

/** POST of a form, where namespace and flavour have them. */
export const formOperations: readonly Operation[] = [
  {
    ...{ call: 'post', method: 'POST', at: 'form', openBodySizeMax: FORM_HEAD_SIZE_MAX },
    matches: isForm,
    handlerOf: (handling, place) => {
      const { form } = handling.flavour
      const forms = place.namespace.form
      return form === undefined || forms === undefined ? null : formHandler(place, forms, form, handling)
    },
  },
]

interface ReceivedFile {
  readonly target: PlaneTarget
  readonly key: string
  readonly staged: Staged
  readonly fields: PlaneFields
  readonly contentType: string
  readonly redirect: string | null
}

/**
 * Takes an object from a form. The fields before the file say who signed and what the policy allows; both are checked before a
 * byte of the file is taken. Parts after the file are ignored. After any failure nothing is kept.
 */
function formHandler(
  { namespace, bucketIn: hostBucket }: Place,
  forms: PlaneFormNamespace,
  form: PlaneFormFlavour,
  { flavour, staging, formClaim, throttleFor }: Handling,
): Handler {
  const bucketIn = (exchange: Exchange) =>
    hostBucket(exchange) ?? forms.bucketIn?.(decodePath(exchange.rawPath)) ?? null
  async function receive(exchange: Exchange, file: FilePart, sent: PlaneFields): Promise<ReceivedFile> {
    const fields = withLowerCaseNames(sent)
    const key = objectKey(fields, file)
    const bucket = bucketIn(exchange)
    if (bucket !== null) requireBucket(namespace.buckets, bucket)
    const { claim, again } = await formClaim(exchange, form, { fields, key, bucket })
    const { signer, sizeMin, sizeMax, trafficLimit, redirect } = claim
    const target = locate(namespace, { bucket, path: `/${key}` }, signer, 'post')
    flavour.checkKey(target.key)
    const expected = await expectedBytes(namespace, target, null)
    const body = throttleFor(signer, trafficLimit)(file.stream)
    const digests = [...flavour.digests, ...(form.digestsOf?.(fields) ?? [])]
    const staged = await staging.receive(body, { sizeMax: Math.min(sizeMax, expected.sizeMax), digests })
    await orDiscard(staging, staged, async () => {
      if (staged.facts.size < sizeMin)
        throw new PlaneError('body-too-small', 'the file is smaller than the policy allows')
      await again()
    })
    const contentType = fields.get('content-type') ?? file.contentType
    return { target, key, staged, fields, contentType, redirect }
  }

  return async (exchange) => {
    if ((announcedLength(exchange) ?? 0) > namespace.sizeMax + OVERHEAD_SIZE_MAX)
      throw new CoreError('body-too-large', 'the announced body is over the limit')
    const { file } = await readMultipart<ReceivedFile>(exchange, {
      fileField: form.fileField,
      isFileLast: true,
      ...{ fieldsMax: FIELDS_MAX, fieldSizeMax: FIELD_SIZE_MAX },
      receiveFile: (part, fields) => receive(exchange, part, fields),
      discardFile: ({ staged }) => staging.discard(staged),
    })
    if (file === null) throw new PlaneError('form-malformed', 'the form has no file')
    const { target, key, staged, fields, contentType, redirect } = file
    await forms.write(target, staged, contentType, fields)
    exchange.note({ size: staged.facts.size })
    const etag = `"${staged.facts.digests.md5 ?? ''}"`
    return form.success(exchange, fields, { target, key, etag, digests: staged.facts.digests, redirect })
  }
}

/** Names of fields count in any letter case. Throws `form-malformed` for one that stands twice then. */
function withLowerCaseNames(sent: PlaneFields): PlaneFields {
  const fields = new Map([...sent].map(([name, value]) => [name.toLowerCase(), value] as const))
  if (fields.size !== sent.size) throw new PlaneError('form-malformed', 'a field stands twice')
  return fields
}

function objectKey(fields: PlaneFields, { filename }: FilePart): string {
  const key = fields.get('key') ?? ''
  if (key === '') throw new PlaneError('form-malformed', 'the form has no key')
  return key.replaceAll(FILENAME, () => filename)
}

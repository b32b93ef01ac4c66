import type { IncomingMessage } from 'node:http'
import { headerText } from '../../http/signed-request.ts'
import type { Exchange, Reply } from '../../http/types.ts'
import { locate, type Place, requireSupportedHeaders } from '../admission.ts'
import { conditionOf } from '../condition.ts'
import type { PlaneCondition, PlaneCopied, PlaneCopyFlavour, PlaneKeys } from '../contents.ts'
import { decodePath } from '../decode-path.ts'
import { PlaneError } from '../errors.ts'
import type { PlaneSigner, PlaneTarget } from '../types.ts'
import { element } from '../xml.ts'
import { tellsKeys, xmlOf } from './buckets.ts'
import { copyBytes } from './copy-bytes.ts'
import type { Handling, Operation } from './operation.ts'
import { readPart } from './part-query.ts'

const SOURCE = /^x-[a-z]+-copy-source$/

/** PUT of an object, or of a part, whose bytes are those of another object. */
export const copyOperations: readonly Operation[] = [
  {
    ...{ call: 'copy', method: 'PUT', at: 'object' },
    matches: ({ headers }: IncomingMessage) => Object.keys(headers).some((name) => SOURCE.test(name)),
    handlerOf: (handling, place) => {
      const { keys } = place.namespace
      const { copying } = handling.flavour
      if (keys === undefined || copying === undefined || !tellsKeys(handling.flavour)) return null
      return (exchange) => copy(handling, { keys, copying }, exchange, place)
    },
  },
]

interface Copying {
  readonly keys: PlaneKeys
  readonly copying: PlaneCopyFlavour
}

/** Reading the source is the signer's right as well. */
async function copy(
  handling: Handling,
  { keys, copying }: Copying,
  exchange: Exchange,
  place: Place,
): Promise<Reply> {
  const { flavour } = handling
  const admitted = await handling.admit(exchange, place, 'put')
  const header = headerOf(exchange, copying)
  requireSupportedHeaders(
    exchange,
    flavour.unsupportedHeaders.filter((name) => name !== header),
  )
  const source = sourceOf(exchange, { header, copying, place, signer: admitted.signer })
  const part = readPart(exchange.query, place.namespace)
  const conditions = {
    sourceCondition: withQuotes(conditionOf(exchange, `${header}-`)),
    condition: conditionOf(exchange),
  }
  const asked = { source, target: admitted.target, ...conditions }
  const byLink =
    part === null
      ? await keys.copy?.({
          ...asked,
          details: copying.readsDetails(exchange),
          ...changesOf(copying, exchange),
        })
      : await keys.copyPart?.({ ...asked, part, range: copying.rangeOf(exchange) })
  const copied =
    byLink ??
    (await copyBytes(
      handling,
      exchange,
      place,
      { ...asked, part, range: copying.rangeOf(exchange) },
      admitted,
    ))
  return told(handling, exchange, copied, part === null ? 'CopyObjectResult' : 'CopyPartResult')
}

/** Some clients percent-encode the quotes of entity tags in these headers. */
function withQuotes({ ifMatch, ifNoneMatch, ...dates }: PlaneCondition): PlaneCondition {
  const quoted = (text: string | null) => text?.replaceAll('%22', '"') ?? null
  return { ...dates, ifMatch: quoted(ifMatch), ifNoneMatch: quoted(ifNoneMatch) }
}

function headerOf({ request: { headers } }: Exchange, { prefixes }: PlaneCopyFlavour): string {
  const found = prefixes.map((prefix) => `${prefix}copy-source`).find((name) => headers[name] !== undefined)
  if (found === undefined) throw new PlaneError('not-implemented', 'there is no such copy here')
  return found
}

/**
 * Throws `access-denied` also for credentials that are for one thing alone, and for a header that the signature leaves out: whoever has a
 * signed URL for a PUT would have what its signer may read.
 */
function sourceOf(
  exchange: Exchange,
  given: {
    readonly header: string
    readonly copying: PlaneCopyFlavour
    readonly place: Place
    readonly signer: PlaneSigner
  },
): PlaneTarget {
  const { header, copying, place, signer } = given
  if (signer.grant !== undefined || signer.signsHeader?.(header) === false)
    throw new PlaneError('access-denied', 'the signature is for no copy')
  const text = headerText(exchange.request.headers, header) ?? ''
  const [plain = '', version] = text.split('?versionId=')
  if (version !== undefined && version !== 'null')
    throw new PlaneError('not-implemented', 'there are no versions')
  copying.sourceOf?.(text)
  const found = (copying.sourceAt ?? inPath)(plain)
  if (found === null) throw new PlaneError('argument-invalid', 'the source is no bucket and key')
  return locate(place.namespace, found, signer, 'get')
}

/** `bucket/key`, with a slash before it or without. */
function inPath(text: string): { readonly bucket: null; readonly path: string } | null {
  const path = decodePath(`/${text.replace(/^\//, '')}`)
  return /^\/[^/]+\/./s.test(path) ? { bucket: null, path } : null
}

function told({ flavour }: Handling, exchange: Exchange, copied: PlaneCopied, root: string): Reply {
  if (flavour.json !== undefined) return flavour.json.copied(exchange, copied)
  const own = flavour.copying?.copiedFields?.(copied.attributes ?? {}) ?? ''
  const changed = element('LastModified', new Date(copied.changedAt).toISOString())
  return xmlOf(flavour)(exchange, root, `${changed}<ETag>${copied.etag}</ETag>${own}`)
}

const changesOf = ({ changesOf: read }: PlaneCopyFlavour, exchange: Exchange) =>
  read === undefined ? {} : { changes: read(exchange) }

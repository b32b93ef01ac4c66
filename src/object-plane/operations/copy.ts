import type { IncomingMessage } from 'node:http'
import { requireRight } from '../../core/rules/rights.ts'
import { headerText } from '../../http/signed-request.ts'
import type { Exchange, Reply } from '../../http/types.ts'
import { locate, type Place, requireSupportedHeaders } from '../admission.ts'
import { conditionOf } from '../condition.ts'
import type { PlaneCopyFlavour, PlaneKeys } from '../contents.ts'
import { decodePath } from '../decode-path.ts'
import { PlaneError } from '../errors.ts'
import { OPERATIONS } from '../operations.ts'
import { element } from '../xml.ts'
import { xmlOf } from './buckets.ts'
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
      if (keys === undefined || copying === undefined) return null
      return (exchange) => copy(handling, keys, copying, exchange, place)
    },
  },
]

/** Reading the source is the signer's right as well. */
async function copy(
  { flavour, admit }: Handling,
  keys: PlaneKeys,
  copying: PlaneCopyFlavour,
  exchange: Exchange,
  place: Place,
): Promise<Reply> {
  const { prefix, readsDetails, rangeOf } = copying
  const { signer, target } = await admit(exchange, place, 'put')
  const header = `${prefix}copy-source`
  requireSupportedHeaders(
    exchange,
    flavour.unsupportedHeaders.filter((name) => name !== header),
  )
  copying.sourceOf?.(headerText(exchange.request.headers, header) ?? '')
  const path = decodePath(`/${(headerText(exchange.request.headers, header) ?? '').replace(/^\//, '')}`)
  const [plain = '', version] = path.split('?versionId=')
  if (version !== undefined && version !== 'null')
    throw new PlaneError('not-implemented', 'there are no versions')
  if (!/^\/[^/]+\/./s.test(plain)) throw new PlaneError('argument-invalid', 'the source is no bucket and key')
  const source = locate(place.namespace, { bucket: null, path: plain }, signer, 'get')
  requireRight(signer.rights, OPERATIONS.get, place.namespace.reachOf(source))
  const part = readPart(exchange.query, place.namespace)
  const conditions = {
    sourceCondition: conditionOf(exchange, `${header}-`),
    condition: conditionOf(exchange),
  }
  const copied =
    part === null
      ? await keys.copy({
          source,
          target,
          ...conditions,
          details: readsDetails(exchange),
          ...changesOf(copying, exchange),
        })
      : await keys.copyPart({ source, target, part, ...conditions, range: rangeOf(exchange) })
  const changed = element('LastModified', new Date(copied.changedAt).toISOString())
  const told = `${changed}<ETag>${copied.etag}</ETag>${copying.copiedFields?.(copied.attributes ?? {}) ?? ''}`
  return xmlOf(flavour)(exchange, part === null ? 'CopyObjectResult' : 'CopyPartResult', told)
}

const changesOf = ({ changesOf: read }: PlaneCopyFlavour, exchange: Exchange) =>
  read === undefined ? {} : { changes: read(exchange) }

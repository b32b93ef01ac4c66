import { requireRight } from '../../core/rules/rights.ts'
import { readBody } from '../../http/body.ts'
import type { Exchange, Reply } from '../../http/types.ts'
import type { Place } from '../admission.ts'
import { conditionOf } from '../condition.ts'
import { type PlaneKeys, UNCONDITIONAL } from '../contents.ts'
import { type DeletedKey, readDeleteXml } from '../delete-xml.ts'
import { OPERATIONS } from '../operations.ts'
import { contentMd5 } from '../receive.ts'
import { element } from '../xml.ts'
import { xmlOf } from './buckets.ts'
import { asksFor, type Handling, type Operation } from './operation.ts'
import { requireDigest } from './parts.ts'

/** Bytes of the list of a deletion: a thousand keys of a thousand bytes, escaped. */
const LIST_SIZE_MAX = 8 * 1024 * 1024
const hasUpload = asksFor('uploadid')

/** DELETE of an object, and POST `?delete` of many. */
export const deleteOperations: readonly Operation[] = [
  {
    ...{ call: 'delete', method: 'DELETE', at: 'object' },
    matches: (request) => !hasUpload(request),
    handlerOf: ({ flavour, admit }, place) => {
      const { keys } = place.namespace
      if (keys === undefined || flavour.answerXml === undefined) return null
      return async (exchange) => {
        const { target } = await admit(exchange, place, 'delete')
        await keys.remove(target, { ...conditionOf(exchange), ...flavour.deleteCondition?.(exchange) })
        return { status: 204, headers: flavour.commonHeaders(exchange) }
      }
    },
  },
  {
    ...{ call: 'delete-many', method: 'POST', at: 'bucket', matches: asksFor('delete') },
    handlerOf: (handling, place) => {
      const { keys } = place.namespace
      if (keys === undefined || handling.flavour.answerXml === undefined) return null
      return (exchange) => deleteMany(handling, keys, exchange, place)
    },
  },
]

/** What a key may not delete is told in the answer, beside what was deleted. */
async function deleteMany(
  { flavour, admitToBucket }: Handling,
  keys: PlaneKeys,
  exchange: Exchange,
  place: Place,
): Promise<Reply> {
  const { signer, bucket } = await admitToBucket(exchange, place, 'delete-many', {
    ...{ prefix: null, queries: ['delete'] },
  })
  const md5 = contentMd5(exchange)
  const body = await readBody(exchange, LIST_SIZE_MAX)
  requireDigest('md5', body, md5)
  requireDigest('sha256', body, signer.bodySha256)
  const { listed, isQuiet } = readDeleteXml(body)
  const told: string[] = []
  for (const { key, etag } of listed) {
    try {
      const target = place.namespace.locate(`/${bucket}/${key}`, null, signer.account)
      if (target === null) continue
      requireRight(signer.rights, OPERATIONS.delete, place.namespace.reachOf(target))
      flavour.checkKey(target.key)
      await keys.remove(target, { ...UNCONDITIONAL, ifMatch: etag })
      if (!isQuiet) told.push(`<Deleted>${element('Key', key)}</Deleted>`)
    } catch (error) {
      told.push(failed({ key, etag }, flavour.errorCodeOf?.(error) ?? { code: 'InternalError', message: '' }))
    }
  }
  return xmlOf(flavour)(exchange, 'DeleteResult', told.join(''))
}

const failed = ({ key }: DeletedKey, { code, message }: { code: string; message: string }): string =>
  `<Error>${element('Key', key)}${element('Code', code)}${element('Message', message)}</Error>`

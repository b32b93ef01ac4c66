import { readBody } from '../../http/body.ts'
import type { Exchange, Reply } from '../../http/types.ts'
import { locate, type Place } from '../admission.ts'
import { conditionOf } from '../condition.ts'
import { type PlaneKeys, UNCONDITIONAL } from '../contents.ts'
import { readDeleteXml } from '../delete-xml.ts'
import { contentMd5 } from '../receive.ts'
import { type DeletionTold, shownKey } from '../telling.ts'
import { element } from '../xml.ts'
import { tellsKeys, xmlOf } from './buckets.ts'
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
      if (keys === undefined || !tellsKeys(flavour)) return null
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
      if (keys === undefined || !tellsKeys(handling.flavour)) return null
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
  const { listed, isQuiet, isEncoded } = flavour.json?.readDeletion(body) ?? readDeleteXml(body)
  const within = place.bucketIn(exchange)
  const deleted: string[] = []
  const failed: { key: string; code: string; message: string }[] = []
  for (const { key, etag } of listed) {
    try {
      flavour.checkKey(key)
      const target = locate(place.namespace, keyAt(key, within, bucket), signer, 'delete')
      await keys.remove(target, { ...UNCONDITIONAL, ifMatch: etag })
      if (!isQuiet) deleted.push(key)
    } catch (error) {
      failed.push({ key, ...(flavour.errorCodeOf?.(error) ?? { code: 'InternalError', message: '' }) })
    }
  }
  if (flavour.json !== undefined) return flavour.json.deleted(exchange, { deleted, failed })
  return xmlOf(flavour)(exchange, 'DeleteResult', deletedXml({ deleted, failed }, isEncoded))
}

/** Where a listed key would be if a request named it: the bucket is in its host, in its path, or in neither. */
const keyAt = (key: string, within: string | null, bucket: string) => ({
  ...{ bucket: within, path: within === null && bucket !== '' ? `/${bucket}/${key}` : `/${key}` },
})

function deletedXml({ deleted, failed }: DeletionTold, isEncoded: boolean): string {
  const keyElement = (key: string) => element('Key', shownKey(key, { isEncoded }))
  return [
    isEncoded ? element('EncodingType', 'url') : '',
    ...deleted.map((key) => `<Deleted>${keyElement(key)}</Deleted>`),
    ...failed.map(
      ({ key, code, message }) =>
        `<Error>${keyElement(key)}${element('Code', code)}${element('Message', message)}</Error>`,
    ),
  ].join('')
}

import type { Bucket } from '../../../core/model/buckets.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import { asksFor, type Handling, type Operation } from '../../../object-plane/operations/own.ts'
import { ownBucket } from '../storage/buckets.ts'
import type { S3Context } from './call.ts'

export type SettingHandler = (
  handling: Handling,
  exchange: Exchange,
  bucket: Bucket,
  sha256: string | null,
) => Promise<Reply>

/** GET, PUT or DELETE of what stands under a query name of a bucket. Changes are for buckets that users made. */
export function settingOperation(
  { core }: S3Context,
  query: string,
  method: string,
  handle: SettingHandler,
): Operation {
  const right = method === 'GET' ? 'get-setting' : 'put-setting'
  return {
    ...{ call: `${method.toLowerCase()}-bucket-${query}`, method, at: 'bucket', matches: asksFor(query) },
    handlerOf: (handling, place) => async (exchange) => {
      const { signer, bucket: name } = await handling.admitToBucket(exchange, place, right, {
        queries: [query],
      })
      const bucket = await core.buckets.named(signer.account, name)
      if (bucket === null) throw new PlaneError('no-such-bucket', 'no such bucket')
      if (method !== 'GET') await ownBucket({ core }, { account: signer.account, bucket: name })
      return handle(handling, exchange, bucket, signer.bodySha256)
    },
  }
}

export const answerXml = ({ flavour }: Handling, exchange: Exchange, root: string, fields: string): Reply =>
  flavour.answerXml?.(exchange, root, fields) ?? { status: 200 }

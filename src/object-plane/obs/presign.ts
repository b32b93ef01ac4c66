import type { KeyPair } from '../../core/accounts.ts'
import { strictEncode, strictEncodePath } from '../../http/canonical.ts'
import type { Pairs } from '../../http/pairs.ts'
import { KEY_NAMES, PREFIXES, sign } from './signing.ts'

/** What a URL allows. */
export type ObsOperation =
  | { readonly type: 'get' | 'head' | 'put' | 'initiate' }
  | { readonly type: 'part'; readonly uploadId: string; readonly partNumber: number }
  | { readonly type: 'list-parts' | 'complete' | 'abort'; readonly uploadId: string }

export interface PresignOptions {
  readonly operation: ObsOperation
  readonly bucket: string
  /** Decoded. */
  readonly key: string
  readonly keys: KeyPair
  /** Of temporary keys; null, the default, for others. */
  readonly securityToken?: string | null
  /** Unix seconds: from then on it is over. */
  readonly expires: number
  /** The Content-Type that has to be sent; default none. Parts and completes may be sent with the vendor's own ones too. */
  readonly contentType?: string
  /** Base64: the Content-MD5 that has to be sent; default none. */
  readonly contentMd5?: string
}

/** URLs are signed as AWS's are. */
const TOKEN_NAME = `${PREFIXES.aws}security-token`

const METHODS: Readonly<Record<ObsOperation['type'], string>> = {
  get: 'GET',
  head: 'HEAD',
  put: 'PUT',
  initiate: 'POST',
  part: 'PUT',
  'list-parts': 'GET',
  complete: 'POST',
  abort: 'DELETE',
}

/**
 * A URL for one operation, its parameters in the order of the samples of page vod_04_0216, which old clients count on.
 * `baseUrl` is scheme, host and port (and a proxy's path prefix, which is not signed), without a slash at the end.
 */
export function presign(options: PresignOptions & { readonly baseUrl: string }): string {
  const { baseUrl, bucket, key, operation } = options
  const { accessKey, expires, token, signature } = signatureFields(options)
  const own = subResourcesOf(operation)
  const query =
    operation.type === 'initiate'
      ? [...own, accessKey, expires, ...token, signature]
      : [accessKey, expires, ...own, ...token, signature]
  return `${baseUrl}${strictEncodePath(`/${bucket}/${key}`)}?${query.map(pairText).join('&')}`
}

/**
 * The signature's parameters alone, for clients that write the rest of the URL themselves (page vod_04_0009):
 * `AWSAccessKeyId=…&Expires=…&Signature=…`.
 */
export function presignQuery(options: PresignOptions): string {
  const { accessKey, expires, token, signature } = signatureFields(options)
  return [accessKey, expires, ...token, signature].map(pairText).join('&')
}

interface SignatureFields {
  readonly accessKey: Pair
  readonly expires: Pair
  /** One, or none. */
  readonly token: readonly Pair[]
  readonly signature: Pair
}

function signatureFields(options: PresignOptions): SignatureFields {
  const { operation, bucket, key, keys, expires, contentType = '', contentMd5 = '' } = options
  const { securityToken = null } = options
  const token = securityToken === null ? [] : [[TOKEN_NAME, securityToken] as const]
  const signature = sign(keys.secretKey, {
    method: METHODS[operation.type],
    ...{ contentMd5, contentType, time: String(expires), headers: [] },
    path: strictEncodePath(`/${bucket}/${key}`),
    subResources: [...subResourcesOf(operation), ...token],
  })
  return {
    accessKey: [KEY_NAMES.aws, keys.accessKey],
    expires: ['Expires', String(expires)],
    token,
    signature: ['Signature', signature],
  }
}

type Pair = Pairs[number]

function subResourcesOf(operation: ObsOperation): Pairs {
  switch (operation.type) {
    case 'get':
    case 'head':
    case 'put':
      return []
    case 'initiate':
      return [['uploads', '']]
    case 'part':
      return [
        ['partNumber', String(operation.partNumber)],
        ['uploadId', operation.uploadId],
      ]
    case 'list-parts':
    case 'complete':
    case 'abort':
      return [['uploadId', operation.uploadId]]
  }
}

const pairText = ([name, value]: Pair): string => (value === '' ? name : `${name}=${strictEncode(value)}`)

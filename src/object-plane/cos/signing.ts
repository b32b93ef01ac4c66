import { createHmac, hash } from 'node:crypto'
import { strictEncode } from '../../http/canonical.ts'
import type { Pairs } from '../../http/pairs.ts'

export const ALGORITHM = 'sha1'

/** Two times in Unix seconds with a semicolon between, as q-sign-time and q-key-time have them. */
export type KeyTime = string

/** What a q-signature covers. */
export interface SignedText {
  readonly method: string
  /** Decoded, with its leading slash. */
  readonly path: string
  /** Those of q-url-param-list, in its order: names as listed (encoded, lower case), values decoded. */
  readonly params: Pairs
  /** Those of q-header-list, in the same way. */
  readonly headers: Pairs
}

/** The HttpString of Tencent document 436/7778. */
export function httpString({ method, path, params, headers }: SignedText): string {
  return [method.toLowerCase(), path, pairsText(params), pairsText(headers), ''].join('\n')
}

const pairsText = (pairs: SignedText['params']): string =>
  pairs.map(([name, value]) => `${name}=${strictEncode(value)}`).join('&')

/** A name as the lists and the signed text have it. */
export const listedName = (name: string): string => strictEncode(name).toLowerCase()

/** The SignKey of Tencent document 436/7778: 40 lower-case hex characters. */
export const signKey = (secretKey: string, keyTime: KeyTime): string => hmacSha1Hex(secretKey, keyTime)

/** The q-signature, 40 lower-case hex characters. */
export function sign(secretKey: string, keyTime: KeyTime, signTime: KeyTime, text: SignedText): string {
  const toSign = `${ALGORITHM}\n${signTime}\n${sha1Hex(httpString(text))}\n`
  return hmacSha1Hex(signKey(secretKey, keyTime), toSign)
}

/** The q-signature of a form's policy (its JSON text): Tencent document 436/14690. */
export const signPolicy = (secretKey: string, keyTime: KeyTime, policy: string): string =>
  hmacSha1Hex(signKey(secretKey, keyTime), sha1Hex(policy))

const hmacSha1Hex = (key: string, text: string): string => createHmac('sha1', key).update(text).digest('hex')
const sha1Hex = (text: string): string => hash('sha1', text, 'hex')

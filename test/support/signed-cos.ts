import assert from 'node:assert/strict'
import { asAccountId } from '../../src/core/ids.ts'
import { ALL_RIGHTS } from '../../src/core/model/accounts.ts'
import { strictEncodePath } from '../../src/http/canonical.ts'
import type { SignedRequest } from '../../src/http/signed-request.ts'
import type { CosIssuer } from '../../src/object-plane/cos/credentials.ts'
import { listedName, type SignedText, sign } from '../../src/object-plane/cos/signing.ts'
import published from '../../src/object-plane/cos/vectors.json' with { type: 'json' }
import { verify } from '../../src/object-plane/cos/verify.ts'
import { PlaneError, type PlaneErrorCode } from '../../src/object-plane/errors.ts'
import type { FindPlaneKey } from '../../src/object-plane/types.ts'

export type Pair = readonly [string, string]

export const ACCOUNT = asAccountId('2100056056')
export const ACCESS_KEY = 'AKIDEXAMPLE'
export const SECRET_KEY = published.secretKey
const findKey: FindPlaneKey = (accessKey) =>
  accessKey === ACCESS_KEY ? { account: ACCOUNT, secretKey: SECRET_KEY, rights: ALL_RIGHTS } : null
export const ISSUER: CosIssuer = {
  name: 'smh0testlibrary01',
  account: ACCOUNT,
  secret: 'the secret of a library',
}
const findIssuer = (name: string) => (name === ISSUER.name ? ISSUER : null)

/** Unix seconds. */
export const NOW = 1_700_000_000

export function check(request: SignedRequest, nowS = NOW, hosts: readonly string[] = []) {
  const isHeld = async () => true
  const options = { findKey, findIssuer, isHeld, hosts, mayHavePercent: true, now: nowS * 1000 }
  const { signs: _, signsHeader: __, ...signer } = verify({ ...request, bucket: null }, options)
  return signer
}

export function refused(request: SignedRequest, code: PlaneErrorCode, nowS = NOW): void {
  assert.throws(
    () => check(request, nowS),
    (error) => error instanceof PlaneError && error.code === code,
    `not refused with ${code}`,
  )
}

interface Made {
  readonly method?: string
  readonly path?: string
  readonly query?: readonly Pair[]
  readonly headers?: readonly Pair[]
  readonly host?: string
  /** Replaces fields of the signature. */
  readonly fields?: Readonly<Record<string, string | null>>
  readonly signTime?: string
  readonly keyTime?: string
}

/** The seven fields over everything that is given, and the request. */
export function made({ signTime = `${NOW};${NOW + 600}`, keyTime = signTime, ...request }: Made = {}) {
  const { method = 'GET', path = '/dir/a b', query = [], headers = [], host = '127.0.0.1:8440' } = request
  const listed = (pairs: readonly Pair[]) =>
    pairs.map(([name, value]) => [listedName(name), value] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  const text: SignedText = {
    ...{ method, path },
    params: listed(query),
    headers: listed([['host', host], ...headers]),
  }
  const names = (pairs: readonly Pair[]) => pairs.map(([name]) => name).join(';')
  const fields: Readonly<Record<string, string | null>> = {
    'q-sign-algorithm': 'sha1',
    'q-ak': ACCESS_KEY,
    'q-sign-time': signTime,
    'q-key-time': keyTime,
    'q-header-list': names(text.headers),
    'q-url-param-list': names(text.params),
    'q-signature': sign(SECRET_KEY, keyTime, signTime, text),
    ...request.fields,
  }
  const kept = Object.entries(fields).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  )
  const bare = { method, rawPath: strictEncodePath(path), host }
  const sent = Object.fromEntries(
    headers.map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  )
  const authorization = kept.map(([name, value]) => `${name}=${value}`).join('&')
  return {
    inHeader: { ...bare, query, headers: { host, ...sent, authorization } } satisfies SignedRequest,
    inQuery: { ...bare, query: [...query, ...kept], headers: { host, ...sent } } satisfies SignedRequest,
  }
}

import { createHmac } from 'node:crypto'
import { sha256Hex } from '../../src/http/canonical.ts'
import { ACCOUNT, APP, LIBRARIES } from './harness.ts'

/** What a request says of its sender that nobody may be let in for. */
export interface Stranger {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  /** Without the question mark. */
  readonly query: string
}

/** Long ago; every clock window is over. */
const STALE = '20200102T030405Z'
const STALE_TIME = new Date('2020-01-02T03:04:05Z').toUTCString()
const NOBODY = 'AKLTNOBODYHASTHISKEY01'
const SIGNATURE = 'a'.repeat(64)

/** One `X-Date`-like time of now. */
const compactNow = (): string => new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')

/** Schemes whose header names key, date and signature, as the vendors' clients write them. */
const SCHEMES: Readonly<Record<string, (key: string, at: string) => Omit<Stranger, 'name'>>> = {
  sdk: (key, at) => ({
    query: '',
    headers: {
      'x-sdk-date': at,
      authorization: `SDK-HMAC-SHA256 Access=${key}, SignedHeaders=host;x-sdk-date, Signature=${SIGNATURE}`,
    },
  }),
  vms: (key, at) => ({
    query: 'Action=OpenUpdateResource&Version=2022-01-01',
    headers: {
      'x-date': at,
      authorization: `HMAC-SHA256 Credential=${key}/${at.slice(0, 8)}/cn-north-1/vms/request, SignedHeaders=host;x-date, Signature=${SIGNATURE}`,
    },
  }),
  vmsQuery: (key, at) => ({
    query:
      `Action=OpenUpdateResource&Version=2022-01-01&X-Algorithm=HMAC-SHA256&X-Date=${at}&X-SignedHeaders=` +
      `&X-Credential=${key}%2F${at.slice(0, 8)}%2Fcn-north-1%2Fvms%2Frequest&X-Signature=${SIGNATURE}`,
    headers: {},
  }),
  tos: (key, at) => ({
    query: '',
    headers: {
      'x-tos-date': at,
      authorization: `TOS4-HMAC-SHA256 Credential=${key}/${at.slice(0, 8)}/cn/tos/request,SignedHeaders=host;x-tos-date,Signature=${SIGNATURE}`,
    },
  }),
  v4: (key, at) => ({
    query: '',
    headers: {
      'x-amz-date': at,
      'x-amz-content-sha256': sha256Hex(''),
      authorization: `AWS4-HMAC-SHA256 Credential=${key}/${at.slice(0, 8)}/cn/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=${SIGNATURE}`,
    },
  }),
  obs: (key, at) => ({
    query: '',
    headers: { date: at === STALE ? STALE_TIME : new Date().toUTCString(), authorization: `OBS ${key}:AAAA` },
  }),
  cos: (key, at) => {
    const start = at === STALE ? 1_577_934_245 : Math.floor(Date.now() / 1000)
    const time = `${start}%3B${start + 60}`
    const names = 'q-header-list=host&q-url-param-list='
    return {
      query: `q-sign-algorithm=sha1&q-ak=${key}&q-sign-time=${time}&q-key-time=${time}&${names}&q-signature=${'a'.repeat(40)}`,
      headers: {},
    }
  },
  ost: (key, at) => {
    const date = at === STALE ? STALE_TIME : new Date().toUTCString()
    const apiKey = key === NOBODY ? 'f'.repeat(32) : APP.api_key
    const fields = `api_key="${apiKey}", algorithm="hmac-sha256", headers="host date request-line digest"`
    const signature = createHmac('sha256', 'another secret').update(date).digest('base64')
    return {
      query: '',
      headers: { date, digest: 'SHA-256=', authorization: `${fields}, signature="${signature}"` },
    }
  },
}

/** No credentials, unknown ones and stale ones, of every kind that a door knows. */
export const strangers = (): readonly Stranger[] => [
  { name: 'nobody', headers: {}, query: '' },
  { name: 'unknown token', headers: { 'x-auth-token': `MIIabc.${'a'.repeat(43)}` }, query: '' },
  { name: 'unknown access token', headers: {}, query: 'access_token=unknown' },
  {
    name: 'wrong secret',
    headers: {},
    query: `library_id=${LIBRARIES.file.id}&library_secret=wrong`,
  },
  ...Object.entries(SCHEMES).flatMap(([name, head]) => [
    { name: `unknown ${name}`, ...head(NOBODY, compactNow()) },
    { name: `stale ${name}`, ...head(ACCOUNT.access_key, STALE) },
  ]),
]

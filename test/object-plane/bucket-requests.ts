import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { compactUtc, sha256Hex, strictEncode } from '../../src/http/canonical.ts'
import { sign as signCos } from '../../src/object-plane/cos/signing.ts'
import { sign as signTos } from '../../src/object-plane/tos/signing.ts'
import { bucketFinder } from '../../src/settings/hosts.ts'
import { type Answer, OWNER, type Plane, type Signer } from './rig.ts'

/** Below the vendor's own domain, one that is called as the flavour is, and one that is called as nobody. */
export const DOMAINS = (flavour: string) => [
  'vendor.example',
  `${flavour}.example.test`,
  'media.example.test',
]
export const bucketAt = (flavour: string) =>
  bucketFinder([{ name: '*.vendor.example' }], [`${flavour}.example.test`, 'media.example.test'])

export interface Sent {
  readonly host: string
  readonly path: string
  readonly signer?: Signer
  readonly body?: Uint8Array
}
export type Send = (method: string, sent: Sent) => Promise<Answer>

const bodyOf = ({ body }: Sent) => (body === undefined ? {} : { body })

/** As esdk-obs signs: the resource has the bucket, and a slash behind it where the host names it. */
export const sendObs =
  (plane: Plane, resourceOf: (sent: Sent) => string): Send =>
  (method, sent) => {
    const { host, path, signer = OWNER } = sent
    const date = new Date(plane.clock.now()).toUTCString()
    const text = [method, '', '', date, resourceOf(sent)].join('\n')
    const signature = createHmac('sha1', signer.keys.secretKey).update(text).digest('base64')
    const authorization = `OBS ${signer.keys.accessKey}:${signature}`
    return plane.send(method, plane.url + path, { headers: { host, date, authorization }, ...bodyOf(sent) })
  }

/** As the COS SDKs sign: the decoded path, and the host that `signedHost` makes of the Host header. */
export const sendCos =
  (plane: Plane, { signedHost = (host: string) => host, signedPath = decodeURIComponent } = {}): Send =>
  (method, sent) => {
    const { host, path, signer = OWNER } = sent
    const now = Math.floor(plane.clock.now() / 1000)
    const time = `${now - 60};${now + 600}`
    const [rawPath = '', rawQuery = ''] = path.split('?')
    const params = [...new URLSearchParams(rawQuery)].map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    )
    const text = { method, path: signedPath(rawPath), params, headers: [['host', signedHost(host)]] as const }
    const authorization = [
      `q-sign-algorithm=sha1&q-ak=${signer.keys.accessKey}&q-sign-time=${time}&q-key-time=${time}`,
      `q-header-list=host&q-url-param-list=${params.map(([name]) => strictEncode(name)).join(';')}`,
      `q-signature=${signCos(signer.keys.secretKey, time, time, text)}`,
    ].join('&')
    return plane.send(method, plane.url + path, { headers: { host, authorization }, ...bodyOf(sent) })
  }

/** As the TOS SDKs sign in the headers. */
export const sendTos =
  (
    plane: Pick<Plane, 'clock' | 'url' | 'send'>,
    { signedHost = (host: string) => host, signedPath = (path: string) => path } = {},
  ): Send =>
  (method, sent) => {
    const { host, path, signer = OWNER, body = new Uint8Array() } = sent
    const timestamp = compactUtc(plane.clock.now())
    const scope = { date: timestamp.slice(0, 8), region: 'cn-beijing' }
    const payload = sha256Hex(body)
    const own = [
      ['x-tos-content-sha256', payload],
      ['x-tos-date', timestamp],
    ] as const
    const [rawPath = '', rawQuery = ''] = path.split('?')
    const signature = signTos(signer.keys.secretKey, timestamp, scope, {
      ...{ method, path: signedPath(rawPath), query: [...new URLSearchParams(rawQuery)], payload },
      headers: [['host', signedHost(host)], ...own],
    })
    const credential = `${signer.keys.accessKey}/${scope.date}/${scope.region}/tos/request`
    const authorization = `TOS4-HMAC-SHA256 Credential=${credential},SignedHeaders=host;x-tos-content-sha256;x-tos-date,Signature=${signature}`
    const headers = { host, ...Object.fromEntries(own), authorization }
    return plane.send(method, plane.url + path, { headers, ...bodyOf(sent) })
  }

const codeOf = ({ body }: Answer): string =>
  /<Code>(.*?)<\/Code>|"Code":"(.*?)"/.exec(body.toString())?.slice(1).find(Boolean) ?? body.toString()

/** The answer's status, and the code in the cloud's envelope. */
export function assertCode(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, codeOf(answer)], [status, code])
}

export const withoutPort = (host: string): string => host.replace(/:\d+$/, '')
export const BYTES = Buffer.from('the bytes of an object')
export const MISSING_FEATURES = [
  ['GET', '/?prefix=a&max-keys=10'],
  ['GET', '/?location'],
  ['GET', '/?acl'],
  ['GET', '/?versioning'],
  ['GET', '/?uploads'],
  ['PUT', '/'],
  ['PUT', '/?cors'],
  ['POST', '/?delete'],
  ['DELETE', '/'],
] as const

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { compactUtc, sha256Hex, strictEncode } from '../../src/http/canonical.ts'
import { sign as signCos } from '../../src/object-plane/cos/signing.ts'
import { sign as signTos } from '../../src/object-plane/tos/signing.ts'
import { bucketFinder } from '../../src/settings/hosts.ts'
import { type CosRig, startCosRig } from './cos-rig.ts'
import { BUCKET as OBS_BUCKET, type ObsRig, startObsRig } from './obs-rig.ts'
import {
  type Answer,
  OWNER,
  type Plane,
  type Rig,
  type Signer,
  STRANGER,
  startRig,
  BUCKET as TOS_BUCKET,
} from './rig.ts'

/** Below the vendor's own domain, one that is called as the flavour is, and one that is called as nobody. */
const DOMAINS = (flavour: string) => ['vendor.example', `${flavour}.example.test`, 'media.example.test']
const bucketAt = (flavour: string) =>
  bucketFinder([{ name: '*.vendor.example' }], [`${flavour}.example.test`, 'media.example.test'])

interface Sent {
  readonly host: string
  readonly path: string
  readonly signer?: Signer
  readonly body?: Uint8Array
}
type Send = (method: string, sent: Sent) => Promise<Answer>

const bodyOf = ({ body }: Sent) => (body === undefined ? {} : { body })

/** As esdk-obs signs: the resource has the bucket, and a slash behind it where the host names it. */
const sendObs =
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
const sendCos =
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
const sendTos =
  (plane: Plane, { signedHost = (host: string) => host, signedPath = (path: string) => path } = {}): Send =>
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

function assertCode(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, codeOf(answer)], [status, code])
}

const withoutPort = (host: string): string => host.replace(/:\d+$/, '')
const BYTES = Buffer.from('the bytes of an object')
const MISSING_FEATURES = [
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

describe('buckets of OBS', () => {
  let rig: ObsRig
  let byHost: Send
  let byPath: Send
  before(async () => {
    rig = await startObsRig([], { bucketAt: bucketAt('obs') })
    byHost = sendObs(rig, ({ host, path }) => `/${host.split('.')[0]}${path.replace(/\?prefix.*/, '')}`)
    byPath = sendObs(rig, ({ path }) => path)
  })
  after(() => rig.close())

  test('stand in the host’s name, below the vendor’s domain and the operator’s', async () => {
    for (const domain of DOMAINS('obs')) {
      const host = `${OBS_BUCKET}.${domain}:8440`
      const put = await byHost('PUT', { host, path: '/dir/a%20b.mp4', body: BYTES })
      assert.equal(put.status, 200, put.body.toString())
      const got = await byPath('GET', { host: rig.host, path: `/${OBS_BUCKET}/dir/a%20b.mp4` })
      assert.ok(got.body.equals(BYTES), domain)
      assert.equal((await byHost('HEAD', { host, path: '/' })).status, 200)
      assertCode(await byHost('GET', { host, path: '/nothing' }), 404, 'NoSuchKey')
      for (const [method, path] of MISSING_FEATURES)
        assertCode(await byHost(method, { host, path }), 501, 'NotImplemented')
    }
  })

  test('that are not there, or of others, are told apart', async () => {
    const host = 'nothing.obs.example.test'
    assert.equal((await byHost('HEAD', { host, path: '/' })).status, 404)
    assertCode(await byHost('GET', { host, path: '/' }), 404, 'NoSuchBucket')
    assertCode(await byHost('GET', { host, path: '/a' }), 404, 'NoSuchBucket')
    const foreign = { host: `${OBS_BUCKET}.obs.example.test`, path: '/', signer: STRANGER }
    assert.equal((await byHost('HEAD', foreign)).status, 403)
    const unsigned = { headers: { host: `${OBS_BUCKET}.obs.example.test` } }
    assertCode(await rig.send('GET', `${rig.url}/a`, unsigned), 403, 'AccessDenied')
  })

  test('stand in the path, with a slash behind them or without', async () => {
    for (const path of [`/${OBS_BUCKET}`, `/${OBS_BUCKET}/`]) {
      assert.equal((await byPath('HEAD', { host: rig.host, path })).status, 200)
      assertCode(await byPath('GET', { host: rig.host, path }), 501, 'NotImplemented')
      assert.equal((await byPath('HEAD', { host: rig.host, path, signer: STRANGER })).status, 403)
    }
    const unsigned = await rig.send('HEAD', `${rig.url}/${OBS_BUCKET}`)
    assert.equal(unsigned.status, 403)
    assertCode(await byPath('GET', { host: rig.host, path: '/' }), 501, 'NotImplemented')
  })

  test('are asked for the version of their service without a signature', async () => {
    for (const [host, path] of [
      [rig.host, `/${OBS_BUCKET}?apiversion`],
      [`${OBS_BUCKET}.vendor.example`, '/?apiversion'],
    ] as const) {
      const answer = await rig.send('HEAD', rig.url + path, { headers: { host } })
      assert.deepEqual([answer.status, answer.headers['x-obs-api']], [200, '3.0'])
    }
    const missing = { headers: { host: 'nothing.vendor.example' } }
    assert.equal((await rig.send('HEAD', `${rig.url}/?apiversion`, missing)).status, 404)
  })

  test('a signature for one bucket’s host is not good for another’s, nor for the path', async () => {
    const forOther = sendObs(rig, ({ path }) => `/strangebucket${path}`)
    const host = `${OBS_BUCKET}.obs.example.test`
    assertCode(await forOther('PUT', { host, path: '/a', body: BYTES }), 403, 'SignatureDoesNotMatch')
    const asPath = sendObs(rig, ({ path }) => path)
    assertCode(await asPath('PUT', { host, path: '/dir/a', body: BYTES }), 403, 'SignatureDoesNotMatch')
  })

  test('a key with slashes may be signed as it is sent', async () => {
    const path = `/${OBS_BUCKET}/lib%2Fa%20b%2Fc.mp4`
    assert.equal((await byPath('PUT', { host: rig.host, path, body: BYTES })).status, 200)
    const plain = { host: rig.host, path: `/${OBS_BUCKET}/lib/a%20b/c.mp4` }
    assert.ok((await byPath('GET', plain)).body.equals(BYTES))
    const decoded = sendObs(rig, (sent) => decodeURIComponent(sent.path))
    assert.equal((await decoded('GET', plain)).status, 200)
  })

  test('a signature for a key with a percent sign is not good for the key that it would decode to', async () => {
    const literal = sendObs(rig, () => `/${OBS_BUCKET}/a%252Fb`)
    assertCode(
      await literal('PUT', { host: rig.host, path: `/${OBS_BUCKET}/a%2Fb`, body: BYTES }),
      403,
      'SignatureDoesNotMatch',
    )
    const decoded = sendObs(rig, () => `/${OBS_BUCKET}/a%2Fb`)
    assertCode(
      await decoded('PUT', { host: rig.host, path: `/${OBS_BUCKET}/a%252Fb`, body: BYTES }),
      403,
      'SignatureDoesNotMatch',
    )
  })
})

describe('buckets of COS', () => {
  const HOST = 'examplebucket-1250000000'
  let rig: CosRig
  before(async () => {
    rig = await startCosRig({ bucketAt: bucketAt('cos') })
  })
  after(() => rig.close())

  test('stand in the host’s name, below the vendor’s domain and the operator’s', async () => {
    const send = sendCos(rig)
    for (const [at, domain] of DOMAINS('cos').entries()) {
      const host = `${HOST}.${domain}:8440`
      const path = rig.path(`by-host-${at}.mp4`)
      const put = await send('PUT', { host, path, body: BYTES })
      assert.equal(put.status, 200, put.body.toString())
      await rig.commit(`by-host-${at}.mp4`)
      assert.ok((await send('GET', { host, path })).body.equals(BYTES))
      assert.equal((await send('HEAD', { host, path: '/' })).status, 200)
      for (const [method, wanted] of MISSING_FEATURES)
        assertCode(await send(method, { host, path: wanted }), 501, 'NotImplemented')
      assertCode(await send('GET', { host, path: '/nothing' }), 404, 'NoSuchKey')
    }
  })

  test('that are not there, or of others, are told apart', async () => {
    const send = sendCos(rig)
    assertCode(await send('GET', { host: 'nothing.vendor.example', path: '/' }), 404, 'NoSuchBucket')
    assert.equal((await send('HEAD', { host: 'nothing.cos.example.test', path: '/' })).status, 404)
    const foreign = { host: `${HOST}.vendor.example`, path: '/', signer: STRANGER }
    assert.equal((await send('HEAD', foreign)).status, 403)
  })

  test('are not named where the host is a bucket’s own domain', async () => {
    const send = sendCos(rig)
    assert.equal((await send('HEAD', { host: rig.host, path: '/' })).status, 200)
    assertCode(await send('GET', { host: rig.host, path: '/?prefix=a' }), 501, 'NotImplemented')
  })

  test('slashes of keys may be encoded, and signed decoded', async () => {
    const send = sendCos(rig)
    const path = rig.path('encoded.mp4')
    const encoded = `/${path.slice(1).replaceAll('/', '%2F')}`
    const put = await send('PUT', { host: rig.host, path: encoded, body: BYTES })
    assert.equal(put.status, 200, put.body.toString())
    await rig.commit('encoded.mp4')
    assert.ok((await send('GET', { host: rig.host, path })).body.equals(BYTES))
    const headers = rig.headers('PUT', 'encoded.mp4')
    assert.equal((await rig.send('PUT', rig.url + encoded, { headers, body: BYTES })).status, 200)
  })

  test('the host may be signed without its port, or as the proxy’s', async () => {
    const path = rig.path('hosts.mp4')
    for (const signedHost of [withoutPort, () => 'media.example.com']) {
      const put = await sendCos(rig, { signedHost })('PUT', { host: rig.host, path, body: BYTES })
      assert.equal(put.status, 200, put.body.toString())
    }
    const asProxy = sendCos(rig, { signedHost: () => 'media.example.com' })
    const host = `${HOST}.vendor.example`
    assertCode(await asProxy('PUT', { host, path, body: BYTES }), 403, 'SignatureDoesNotMatch')
  })

  test('a path that is signed as it is sent counts only where it can mean no other', async () => {
    const asSent = sendCos(rig, { signedPath: (path) => path })
    const path = rig.path('a%2Fb.mp4')
    assertCode(await asSent('PUT', { host: rig.host, path, body: BYTES }), 403, 'SignatureDoesNotMatch')
  })

  test('take forms, whose policies may name them', async () => {
    const fields = rig.form('form.mp4')
    const send = (form: Record<string, string>) => {
      const data = new FormData()
      for (const [name, value] of Object.entries(form)) data.append(name, value)
      data.append('file', new Blob([BYTES]), 'a.mp4')
      return new Response(data)
    }
    const form = send(fields)
    const body = Buffer.from(await form.arrayBuffer())
    const headers = {
      host: `${HOST}.vendor.example`,
      'content-type': form.headers.get('content-type') ?? '',
    }
    const answer = await rig.send('POST', `${rig.url}/`, { headers, body })
    assert.equal(answer.status, 204, answer.body.toString())
    await rig.commit('form.mp4')
    const missing = { ...headers, host: 'nothing.vendor.example' }
    assertCode(await rig.send('POST', `${rig.url}/`, { headers: missing, body }), 404, 'NoSuchBucket')
  })
})

describe('buckets of TOS', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig({ bucketAt: bucketAt('tos') })
  })
  after(() => rig.close())

  test('stand in the host’s name, below the vendor’s domain and the operator’s', async () => {
    const send = sendTos(rig)
    for (const [at, domain] of DOMAINS('tos').entries()) {
      const host = `${TOS_BUCKET}.${domain}:8440`
      const path = `/${OWNER.id}/by-host-${at}.wav`
      const put = await send('PUT', { host, path, body: BYTES })
      assert.equal(put.status, 200, put.body.toString())
      await rig.commit(`by-host-${at}.wav`)
      assert.ok((await send('GET', { host, path })).body.equals(BYTES))
      assert.equal((await send('HEAD', { host, path: '/' })).status, 200)
      for (const [method, wanted] of MISSING_FEATURES)
        assertCode(await send(method, { host, path: wanted }), 501, 'UnImplemented')
    }
  })

  test('that are not there are told so', async () => {
    const send = sendTos(rig)
    assert.equal((await send('HEAD', { host: 'nothing.vendor.example', path: '/' })).status, 404)
    assertCode(await send('GET', { host: 'nothing.tos.example.test', path: '/a' }), 404, 'NoSuchBucket')
  })

  test('stand in the path, with a slash behind them or without', async () => {
    const send = sendTos(rig)
    for (const path of [`/${TOS_BUCKET}`, `/${TOS_BUCKET}/`]) {
      assert.equal((await send('HEAD', { host: rig.host, path })).status, 200)
      assertCode(await send('GET', { host: rig.host, path }), 501, 'UnImplemented')
    }
  })

  test('host and path may be signed in several spellings', async () => {
    const path = `/${OWNER.id}%2Fspelled.wav`
    for (const how of [
      { signedHost: withoutPort },
      { signedHost: () => 'media.example.com' },
      { signedPath: decodeURIComponent },
      {},
    ]) {
      const put = await sendTos(rig, how)('PUT', { host: rig.host, path, body: BYTES })
      assert.equal(put.status, 200, put.body.toString())
    }
    const asProxy = sendTos(rig, { signedHost: () => 'media.example.com' })
    const host = `${TOS_BUCKET}.vendor.example`
    assertCode(await asProxy('PUT', { host, path, body: BYTES }), 403, 'SignatureDoesNotMatch')
  })
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ACCOUNT, LIBRARIES, PROJECTS, startTestServer, type TestServer } from '../support/harness.ts'
import { callVms, compactNow, sendWire, type VmsCall, type WireAnswer } from '../support/volcengine.ts'
import { signVod } from './huawei-vod/sign.ts'
import { APP, formBody, jsonBody, PATHS, PLAIN, post } from './iflytek-ost/wire-client.ts'

/** What every object of JavaScript has without being given it, as clients would name it. */
const NAMES = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__']

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.stop())

const send = (
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Uint8Array,
): Promise<WireAnswer> =>
  sendWire(server.url + target, { method, headers, ...(body === undefined ? {} : { body }) })

const vodPath = (path: string): string => `/v1.0/${PROJECTS.main.id}/${path}`
const obsPath = `/vod-bucket-1-${PROJECTS.main.name}/${PROJECTS.main.id}/nothing.mp4`

/** The answer's status and the code that the vendor has for it. */
function assertRefused(answer: WireAnswer, status: number, code: string): void {
  const text = answer.bytes.toString()
  assert.equal(answer.status, status, text)
  assert.ok(text.includes(code), text)
}

describe('a signature over a header that is named as something every object has is refused as any wrong one', () => {
  const wrong = '0'.repeat(64)
  const date = compactNow()
  const day = date.slice(0, 8)

  for (const name of NAMES) {
    test(`TOS, in the headers: ${name}`, async () => {
      const authorization = `TOS4-HMAC-SHA256 Credential=${ACCOUNT.access_key}/${day}/cn/tos/request,SignedHeaders=host;x-tos-date;${name},Signature=${wrong}`
      const answer = await send('GET', `/${ACCOUNT.id}/a.wav`, { 'x-tos-date': date, authorization })
      assertRefused(answer, 403, 'SignatureDoesNotMatch')
    })

    test(`TOS, in the URL: ${name}`, async () => {
      const query = new URLSearchParams({
        'X-Tos-Algorithm': 'TOS4-HMAC-SHA256',
        'X-Tos-Credential': `${ACCOUNT.access_key}/${day}/cn/tos/request`,
        'X-Tos-Date': date,
        'X-Tos-Expires': '600',
        'X-Tos-SignedHeaders': `host;${name}`,
        'X-Tos-Signature': wrong,
      })
      assertRefused(await send('PUT', `/${ACCOUNT.id}/a.wav?${query}`), 403, 'SignatureDoesNotMatch')
    })

    test(`COS, a header or a parameter: ${name}`, async () => {
      const now = Math.floor(Date.now() / 1000)
      const span = `${now - 60};${now + 600}`
      for (const [headers, params] of [
        [`host;${name}`, ''],
        ['host', name.toLowerCase()],
      ]) {
        const fields = [
          ...['q-sign-algorithm=sha1', `q-ak=${ACCOUNT.access_key}`, `q-sign-time=${span}`],
          ...[`q-key-time=${span}`, `q-header-list=${headers}`, `q-url-param-list=${params}`],
          `q-signature=${wrong.slice(0, 40)}`,
        ]
        const path = `/cos/${LIBRARIES.file.id}/-/nothing`
        const answer = await send('GET', path, { authorization: fields.join('&') })
        assertRefused(answer, 403, 'SignatureDoesNotMatch')
      }
    })

    test(`OBS, the vendor's own header or a parameter: ${name}`, async () => {
      const authorization = `OBS ${ACCOUNT.access_key}:${wrong.slice(0, 27)}=`
      const headers = { date: new Date().toUTCString(), [`x-obs-${name}`]: '1', authorization }
      const path = `${obsPath}?${name}=1&x-obs-${name}=2`
      assertRefused(await send('GET', path, headers), 403, 'SignatureDoesNotMatch')
    })

    test(`Volcengine: ${name}`, async () => {
      const scope = `${ACCOUNT.access_key}/${day}/cn-north-1/vms/request`
      const query = 'Action=QueryUsableResource&Version=2022-01-01'
      const authorization = `HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-date;${name}, Signature=${wrong}`
      const inHeaders = await send('GET', `/?${query}`, { 'x-date': date, authorization })
      assertRefused(inHeaders, 401, 'SignatureNotMatch')
      const signed = new URLSearchParams({
        ...{ 'X-Algorithm': 'HMAC-SHA256', 'X-Credential': scope, 'X-Date': date },
        ...{ 'X-SignedHeaders': `host;${name}`, 'X-SignedQueries': name, 'X-Signature': wrong },
      })
      assertRefused(await send('GET', `/?${query}&${signed}`), 401, 'SignatureNotMatch')
    })

    test(`Huawei: ${name}`, async () => {
      const authorization = `SDK-HMAC-SHA256 Access=${ACCOUNT.access_key}, SignedHeaders=host;x-sdk-date;${name}, Signature=${wrong}`
      const answer = await send('GET', vodPath('asset/details'), { 'x-sdk-date': date, authorization })
      assertRefused(answer, 401, 'APIGW.0301')
    })

    test(`iFlytek: ${name}`, async () => {
      const authorization = (text: string) => text.replace(/headers="[^"]*/, `$& ${name}`)
      const body = jsonBody({ request_id: '1', app_id: APP.appId })
      const answer = await post(server.url, PATHS.init, body, { signing: { ...PLAIN, authorization } })
      assert.deepEqual([answer.status, answer.json.message], [401, 'HMAC signature cannot be verified'])
    })
  }
})

/** JSON with all the names, each holding `value`. `JSON.stringify` would take `__proto__` for something else. */
const withNames = (value: unknown, more: Readonly<Record<string, unknown>> = {}): string => {
  const fields = [...NAMES.map((name) => [name, value] as const), ...Object.entries(more)]
  return `{${fields.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`).join(',')}}`
}

describe('fields and parameters that are named as something every object has are nothing but unknown ones', () => {
  test('Volcengine: an action, a JSON body, a form, the query', async () => {
    const call = (action: string, how: Partial<VmsCall>) =>
      callVms(server.url, action, { keys: ACCOUNT, ...how })
    for (const name of NAMES) assertRefused(await call(name, { json: {} }), 400, 'InvalidAction')
    const json = { contentType: 'application/json' }
    const nested = withNames({ FileName: 'a.wav' })
    assertRefused(await call('GetResourceUploadUrl', { raw: nested, ...json }), 400, 'MissingParameter')
    const raw = withNames('x', { FileName: 'a.wav' })
    assert.equal((await call('GetResourceUploadUrl', { raw, ...json })).status, 200)
    const names = Object.fromEntries(NAMES.map((name) => [name, 'x']))
    const form = { ...names, FileName: 'a.wav' }
    assert.equal((await call('GetResourceUploadUrl', { form })).status, 200)
    assert.equal((await call('GetResourceUploadUrl', { query: form })).status, 200)
  })

  test('Huawei: a JSON body of VOD and of IAM, the query', async () => {
    const call = (method: string, target: string, body: string) => {
      const url = server.url + target
      const headers = signVod({ method, url, headers: {}, body, keys: ACCOUNT, now: Date.now() })
      return send(method, target, headers, body)
    }
    const asset = { title: 'a', video_name: 'a.mp4', video_type: 'MP4' }
    assertRefused(await call('POST', vodPath('asset'), withNames(asset)), 400, 'VOD.10053')
    assert.equal((await call('POST', vodPath('asset'), withNames(asset, asset))).status, 200)
    const query = NAMES.map((name) => `${name}=1`).join('&')
    assertRefused(await call('GET', `${vodPath('asset/details')}?${query}`, ''), 400, 'VOD.10053')
    const json = { 'content-type': 'application/json' }
    for (const body of [withNames({ identity: {} }), `{"auth":${withNames({ methods: ['password'] })}}`])
      assertRefused(await send('POST', '/v3/auth/tokens', json, body), 400, 'The request body is invalid')
  })

  test('Tencent: a JSON body, names of metadata, the query', async () => {
    const { id, secret } = LIBRARIES.file
    const rights = `library_id=${id}&library_secret=${encodeURIComponent(secret)}`
    const call = (method: string, path: string, query: string, body: string) =>
      send(method, `/api/v1/${path}?${rights}&${query}`, { 'content-type': 'application/json' }, body)
    const flags = NAMES.join('&')
    const batch = `[${withNames({ path: 'a' })}]`
    assertRefused(await call('POST', `batch/${id}/-`, 'delete', batch), 400, 'ParamInvalid')
    for (const name of NAMES) {
      assertRefused(await call('GET', `directory/${id}/-/`, `order_by=${name}`, ''), 400, 'OrderByNotAllowed')
      const strategy = `conflict_resolution_strategy=${name}`
      const start = await call('PUT', `file/${id}/-/a.txt`, strategy, '{}')
      assertRefused(start, 400, 'InvalidConflictResolutionStrategy')
    }
    const body = withNames({ size: '1' }, { metaData: JSON.parse(withNames('x')) })
    assert.equal((await call('PUT', `file/${id}/-/a.txt`, flags, body)).status, 201)
  })

  test('iFlytek: a JSON body, a form', async () => {
    const own = { request_id: '1', app_id: APP.appId }
    const nested = await post(server.url, PATHS.init, jsonBody(withNames(own)))
    assert.deepEqual([nested.json.code, nested.json.message], [10001, 'requestId must not be empty'])
    assert.equal((await post(server.url, PATHS.init, jsonBody(withNames('x', own)))).json.code, 0)
    const texts = [...NAMES.map((name) => [name, 'x'] as const), ...Object.entries(own)]
    const parts = texts.map(([name, content]) => ({ name, content }))
    const form = formBody([...parts, { name: 'data', filename: '__proto__', content: 'bytes' }])
    assert.equal((await post(server.url, PATHS.upload, form)).json.code, 0)
  })

  test('COS: a form', async () => {
    const parts = [...NAMES, 'key'].map((name) => ({ name, content: '__proto__' }))
    const { contentType, bytes } = formBody([...parts, { name: 'file', filename: 'a', content: 'bytes' }])
    assertRefused(await send('POST', '/cos', { 'content-type': contentType }, bytes), 403, 'AccessDenied')
  })
})

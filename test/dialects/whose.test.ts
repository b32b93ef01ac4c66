import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/harness.ts'
import { shows } from '../support/shows.ts'
import { sendWire, type WireAnswer } from '../support/volcengine.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.stop())

const send = (path: string, host?: string, method = 'GET'): Promise<WireAnswer> =>
  sendWire(server.url + path, { method, headers: host === undefined ? {} : { host } })

/** What shows whose envelope an answer has. */
const ENVELOPES = {
  iflytek: /^\{"message":"no Route matched with those values"\}$/,
  volcengine: /^\{"ResponseMetadata":\{"RequestId":"\w+".*"Error":\{"CodeN":\d+,"Code":"InvalidAction"/,
  tos: /^\{"Code":"(NoSuchBucket|AccessDenied)".*"RequestId":"\w+"/,
  smh: /^\{"status":404,"code":"RouteNotFound",.*"requestId":"\w+"/,
  cos: /<Code>(NoSuchBucket|AccessDenied)<\/Code>[\s\S]*<RequestId>/,
  vod: /"error_code":"APIGW\.0101","request_id":"\w+"/,
  iam: /^\{"error":\{"code":404,"message":".*","title":"Not Found"\}\}$/,
  obs: /<Code>(NoSuchBucket|AccessDenied)<\/Code>.*<RequestId>/,
} as const

type Envelope = keyof typeof ENVELOPES

async function assertOf(envelope: Envelope, path: string, host?: string): Promise<void> {
  const { status, bytes } = await send(path, host)
  assert.match(bytes.toString(), ENVELOPES[envelope], `${host ?? ''}${path}`)
  assert.ok(status === 404 || status === 403 || envelope === 'volcengine', `${path}: ${status}`)
}

const UNKNOWN = '/nobody/knows'

describe('an unknown path', () => {
  test('is of the vendor whose paths begin so', async () => {
    for (const [envelope, path] of [
      ['iflytek', '/file/unknown'],
      ['iflytek', '/file/mpupload/unknown'],
      ['iflytek', '/iflytek-ost/unknown'],
      ['smh', '/api/v1/unknown'],
      ['smh', '/api/v2/token'],
      ['cos', '/cos/unknown'],
      ['vod', '/v1.0/p/unknown'],
      ['vod', '/v2'],
      ['iam', '/v3/unknown'],
      ['iam', '/v3.0/OS-UNKNOWN'],
      ['obs', '/vod-bucket-1-unknown/key'],
      ['obs', '/vod-bucket-unknown'],
      ['tos', '/volc-voice-resource-bucket/nobody/a.wav'],
    ] as const)
      await assertOf(envelope, path)
    shows('huawei-vod', 'IAM, OBS, VOD: unknown paths')
  })

  test('is of the vendor whose host it came by', async () => {
    for (const [envelope, host] of [
      ['iflytek', 'upload-ost-api.xfyun.cn'],
      ['iflytek', 'ost-api.xfyun.cn'],
      ['volcengine', 'cloud-vms.volcengineapi.com'],
      ['volcengine', 'vms.cn-north-1.volcengineapi.com'],
      ['tos', 'tos-cn-beijing.volces.com'],
      ['tos', 'volc-voice-resource-bucket.tos-cn-beijing.volces.com'],
      ['smh', 'api.tencentsmh.cn'],
      ['smh', 'some.api.tencentsmh.cn'],
      ['cos', 'cos.ap-beijing.myqcloud.com'],
      ['cos', 'examplebucket-1250000000.cos.ap-beijing.myqcloud.com'],
      ['vod', 'vod.cn-north-4.myhuaweicloud.com'],
      ['iam', 'iam.cn-north-4.myhuaweicloud.com'],
      ['obs', 'obs.cn-north-4.myhuaweicloud.com'],
      ['obs', 'nothing.obs.cn-north-4.myhuaweicloud.com'],
    ] as const)
      await assertOf(envelope, UNKNOWN, host)
    shows('tencent-smh', 'RouteNotFound, NoSuchBucket')
    shows('huawei-vod', 'IAM, OBS, VOD: unknown paths')
  })

  test('is nobody’s where nothing says whose it is', async () => {
    for (const path of [UNKNOWN, '/filer', '/apiary/v1', '/v4/x', '/assets', '/favicon.ico']) {
      const { status, bytes } = await send(path)
      assert.deepEqual([status, bytes.toString()], [404, '{"message":"no such path"}'], path)
    }
  })
})

describe('a request by a vendor’s own host name', () => {
  test('reaches that vendor alone', async () => {
    for (const [envelope, host, path] of [
      ['iflytek', 'upload-ost-api.xfyun.cn', '/api/v1/token'],
      ['iflytek', 'upload-ost-api.xfyun.cn', '/'],
      ['volcengine', 'cloud-vms.volcengineapi.com', '/file/upload'],
      ['smh', 'api.tencentsmh.cn', '/v3/auth/tokens'],
      ['smh', 'API.TencentSMH.cn:8440', '/file/upload'],
      ['vod', 'vod.cn-north-4.myhuaweicloud.com', '/api/v1/token'],
      ['vod', 'vod.cn-north-4.myhuaweicloud.com', '/'],
      ['iam', 'iam.cn-north-4.myhuaweicloud.com', '/'],
      ['smh', 'api.tencentsmh.cn', '/'],
    ] as const)
      await assertOf(envelope, path, host)
  })

  test('is one of everybody where URLs of all lead there', async () => {
    const settings = { public_url: 'http://api.tencentsmh.cn' }
    const other = await startTestServer({ settings })
    const ask = (path: string) =>
      sendWire(`http://127.0.0.1:${other.port}${path}`, {
        method: 'GET',
        headers: { host: 'api.tencentsmh.cn' },
      })
    const { bytes } = await ask('/v3/auth/tokens')
    assert.match(bytes.toString(), /"title":/)
    await other.stop()
  })
})

describe('the address itself', () => {
  test('shows people a page, and says to others what their vendor says', async () => {
    const page = await sendWire(`${server.url}/`, { method: 'GET', headers: { accept: 'text/html' } })
    assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html; charset=utf-8'])
    assert.equal((await send('/', undefined, 'HEAD')).status, 200)
    const posted = await send('/', undefined, 'POST')
    assert.match(posted.bytes.toString(), /"Code":"MissingAction"/)
  })
})

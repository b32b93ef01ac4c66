import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, type OutgoingHttpHeaders, request as startRequest } from 'node:http'
import { after, before, test } from 'node:test'
import { MovableClock, startTestServer, type TestServer } from '../support/harness.ts'
import { compactNow, signVms } from '../support/volcengine.ts'
import { iamToken } from './given.ts'
import { ENDS, makeTenant, type Tenant } from './tenant.ts'

const clock = new MovableClock()
let server: TestServer
before(async () => {
  server = await startTestServer({ clock })
})
after(() => server.stop())

/** The status of a POST whose body ends only after `end`. */
async function statusAfter(
  path: string,
  headers: OutgoingHttpHeaders,
  body: string,
  end: () => Promise<unknown>,
): Promise<number | undefined> {
  const length = Buffer.byteLength(body)
  const request = startRequest(`${server.url}${path}`, {
    ...{ method: 'POST', agent: false },
    headers: { ...headers, 'content-length': length, expect: '100-continue' },
  })
  request.flushHeaders()
  await once(request, 'continue')
  request.write(body.slice(0, 10))
  await end()
  request.end(body.slice(10))
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode
}

async function vodCall(end: (tenant: Tenant) => Promise<unknown>): Promise<number | undefined> {
  const tenant = await makeTenant(server)
  const token = await iamToken({ url: server.url, clock }, tenant)
  const headers = { 'content-type': 'application/json', 'x-auth-token': token }
  const body = JSON.stringify({ title: 'a', video_name: 'a.mp4', video_type: 'MP4' })
  return statusAfter(`/v1.0/${tenant.project.id}/asset`, headers, body, () => end(tenant))
}

async function vmsCall(end: (tenant: Tenant) => Promise<unknown>): Promise<number | undefined> {
  const tenant = await makeTenant(server)
  const rawQuery = 'Action=GetResourceUploadUrl&Version=2022-01-01'
  const body = JSON.stringify({ FileName: 'of-a-tenant.mp3' })
  const headers = signVms({
    ...{ method: 'POST', rawQuery, body, keys: tenant.keys, date: compactNow(clock.now()) },
    headers: { 'content-type': 'application/json', host: new URL(server.url).host },
  })
  return statusAfter(`/?${rawQuery}`, headers, body, () => end(tenant))
}

test('calls whose bodies are on their way are answered while nothing ends', async () => {
  assert.deepEqual([await vodCall(async () => {}), await vmsCall(async () => {})], [200, 200])
})

for (const [what, end] of Object.entries({ ...ENDS.account, ...ENDS.user })) {
  test(`a call of VOD whose body is on its way is refused once ${what}`, async () => {
    assert.equal(await vodCall((tenant) => end(server, tenant)), 401)
  })
}

for (const [what, end] of Object.entries({ ...ENDS.account, ...ENDS.key })) {
  test(`a call of VMS whose body is on its way is refused once ${what}`, async () => {
    assert.equal(await vmsCall((tenant) => end(server, tenant)), 403)
  })
}

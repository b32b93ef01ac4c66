import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../../support/harness.ts'
import { ENDS, makeTenant } from '../tenant.ts'
import { answerTo, formBody, jsonBody, openPost, PATHS, post, signedHeaders } from './wire-client.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.stop())

const { 'its account is disabled': disabled } = ENDS.account

for (const [what, end] of Object.entries({ 'its account is disabled': disabled, ...ENDS.app })) {
  test(`a slice that is on its way is refused once ${what}`, async () => {
    const tenant = await makeTenant(server)
    const keys = tenant.app
    const label = { request_id: '1', app_id: keys.appId }
    const { json } = await post(server.url, PATHS.init, jsonBody(label), { keys })
    const uploadId = json.data?.upload_id ?? assert.fail()
    const fields = Object.entries({ ...label, upload_id: uploadId, slice_id: '1' })
    const body = formBody([
      ...fields.map(([name, content]) => ({ name, content })),
      { name: 'data', filename: 'a', content: Buffer.alloc(100_000) },
    ])
    const request = openPost(server.url, PATHS.slice, [
      ...signedHeaders(new URL(server.url).host, PATHS.slice, body, keys),
      ...['Content-Type', body.contentType, 'Content-Length', String(body.bytes.length)],
      ...['Expect', '100-continue'],
    ])
    request.flushHeaders()
    await once(request, 'continue')
    request.write(body.bytes.subarray(0, 80_000))
    await end(server, tenant)
    request.end(body.bytes.subarray(80_000))
    const answer = await answerTo(request)
    assert.equal(answer.status, 401, answer.text)
  })
}

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { GetObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { command } from '../support/command.ts'
import { ACCOUNT, OTHER_ACCOUNT } from '../support/harness.ts'
import { type AdminRig, basic, startAdmin, TOKEN } from './rig.ts'

const why = (...args: readonly string[]) => command({}, 'why', ...args)

describe('why a request was refused', () => {
  let rig: AdminRig
  let s3: string
  before(async () => {
    rig = await startAdmin({ settings: { 's3.listen': '127.0.0.1:0' } })
    s3 = rig.server.ownUrls.get('s3') ?? ''
  })
  after(() => rig.stop())

  const explained = async (id: string) => {
    const answer = await rig.ask('GET', `/v1/requests/${id}`)
    assert.equal(answer.status, 200, answer.text)
    return {
      request: answer.json.request as Record<string, unknown>,
      text: (answer.json.explanation as string[]).join('\n'),
    }
  }

  const refusedId = async (secretAccessKey: string, clockOffsetMs = 0): Promise<string> => {
    const client = new S3Client({
      ...{ endpoint: s3, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1 },
      ...{
        credentials: { accessKeyId: ACCOUNT.access_key, secretAccessKey },
        systemClockOffset: clockOffsetMs,
      },
    })
    const error = await client.send(new ListBucketsCommand({})).then(
      () => assert.fail('it was let in'),
      (thrown: { $metadata?: { requestId?: string } }) => thrown,
    )
    client.destroy()
    return error.$metadata?.requestId ?? ''
  }

  test('another secret: the text that the server signed is there to compare, and no secret', async () => {
    const { request, text } = await explained(await refusedId('not-the-secret-of-the-key'))
    assert.deepEqual(
      [request.dialect, request.status, request.error],
      ['object-plane/s3', 403, 'signature-mismatch'],
    )
    assert.match(text, /--- CanonicalRequest\nGET\n\/\n/)
    assert.match(text, /--- StringToSign\nAWS4-HMAC-SHA256\n\d{8}T\d{6}Z\n/)
    assert.match(text, new RegExp(`host:${new URL(s3).host}`))
    assert.ok(!text.includes(ACCOUNT.secret_key) && !text.includes('not-the-secret'))
  })

  test('a clock that is off: by how much, and what would have been taken', async () => {
    const { request, text } = await explained(await refusedId(ACCOUNT.secret_key, 3_600_000))
    assert.equal(request.error, 'clock-skew')
    assert.match(text, /the request says \S+; the server had \S+: 3(599|600|601)(\.\d)? s apart/)
    assert.match(text, /2(699|700|701)(\.\d)? s off; set the client's clock/)
  })

  test('an iFlytek signature, by the request id of its answer', async () => {
    const date = new Date().toUTCString()
    const answer = await fetch(`${rig.server.url}/file/upload`, {
      method: 'POST',
      headers: {
        ...{ date, digest: 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' },
        authorization: `api_key="${ACCOUNT.apps[0]?.api_key}", algorithm="hmac-sha256", headers="host date request-line digest", signature="AAAA"`,
      },
    })
    await answer.text()
    const { items } = (await rig.ask('GET', '/v1/requests?limit=1')).json as {
      items: { requestId: string }[]
    }
    const { text } = await explained(items[0]?.requestId ?? '')
    assert.ok(text.includes(`date: ${date}\nPOST /file/upload HTTP/1.1\ndigest: SHA-256=47DEQ`), text)
  })

  test('a link past its end: when it held', async () => {
    const client = new S3Client({
      ...{ endpoint: s3, region: 'us-east-1', forcePathStyle: true },
      credentials: { accessKeyId: ACCOUNT.access_key, secretAccessKey: ACCOUNT.secret_key },
    })
    const signingDate = new Date(Date.now() - 120_000)
    const command = new GetObjectCommand({ Bucket: 'some', Key: 'thing' })
    const url = await getSignedUrl(client, command, { expiresIn: 60, signingDate })
    client.destroy()
    const answer = await fetch(url)
    await answer.text()
    const { text } = await explained(answer.headers.get('x-amz-request-id') ?? '')
    assert.match(text, /it held from \S+ until \S+, and came at \S+/)
  })

  test('an account sees what was asked for in its name, and nothing of others', async () => {
    const own = basic(ACCOUNT.access_key, ACCOUNT.secret_key)
    const other = basic(OTHER_ACCOUNT.access_key, OTHER_ACCOUNT.secret_key)
    const path = `/v1/accounts/${ACCOUNT.id}/buckets/none`
    const { json } = await rig.ask('GET', path, { authorization: own })
    const asked = `/v1/requests/${json.request_id}`
    assert.equal((await rig.ask('GET', asked, { authorization: own })).status, 200)
    const hidden = await rig.ask('GET', asked, { authorization: other })
    assert.deepEqual([hidden.status, hidden.json.code], [404, 'request-not-found'])
    const { json: listed } = await rig.ask('GET', '/v1/requests', { authorization: other })
    assert.deepEqual(
      (listed.items as { account?: string }[]).filter(({ account }) => account === ACCOUNT.id),
      [],
    )
  })

  test('`stowage why` tells it in lines, and says where it cannot', async () => {
    const { json } = await rig.ask('GET', '/v1/accounts/nobody')
    const flags = ['--admin', rig.url, '--token', TOKEN]
    const { stdout } = await why(String(json.request_id), ...flags)
    assert.match(stdout, /^the answer was 404: there is no account nobody\n/)
    const unknown = await why('no-such-id', ...flags)
    assert.match(unknown.stderr, /^stowage: .* answered 404: no request of the last seven days/)
    const away = await why('x', '--admin', 'http://127.0.0.1:9', '--token', 'x')
    assert.match(away.stderr, /^stowage: --admin: http:\/\/127.0.0.1:9 cannot be reached: /)
  })

  test('what was served has nothing to explain', async () => {
    const { headers } = await rig.ask('GET', '/v1/server')
    assert.equal((await rig.ask('GET', `/v1/requests/${headers.get('x-request-id')}`)).status, 404)
  })

  test('the log has no signed text; the file that has it is for its owner alone, and outlives the server', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'stowage-why-'))
    try {
      const first = await startAdmin({ dataDir })
      const { json } = await first.ask('GET', '/v1/accounts/nobody')
      assert.ok(!first.server.logLines.some((line) => line.includes('"why"')))
      await first.stop()
      const [day = ''] = readdirSync(join(dataDir, 'refusals'))
      assert.equal(statSync(join(dataDir, 'refusals', day)).mode & 0o777, 0o600)
      const second = await startAdmin({ dataDir })
      const answer = await second.ask('GET', `/v1/requests/${json.request_id}`)
      await second.stop()
      assert.equal((answer.json.request as { error: string }).error, 'account-not-found')
    } finally {
      rmSync(dataDir, { recursive: true })
    }
  })
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Ticket } from '../../../src/dialects/resumable/auth/ticket.ts'
import { ACCOUNT, LIBRARIES, OTHER_ACCOUNT, startTestServer, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { callVms, wav } from '../../support/volcengine.ts'
import { clientOf, type SmhClient } from '../tencent-smh/rig.ts'
import { described, head, patch, TUS, ticketFor } from './rig.ts'

let server: TestServer
let smh: SmhClient
before(async () => {
  server = await startTestServer()
  smh = clientOf(server.url)
})
after(() => server.stop())

const LIBRARY = LIBRARIES.file.id
const FILES = `smh-${LIBRARY}`
const bytes = new Uint8Array(Buffer.from('twelve bytes'))
const size = { 'upload-length': '12' }

const begin = (ticket: Partial<Ticket>, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${server.url}/uploads`, {
    method: 'POST',
    headers: { ...TUS, ...size, 'upload-ticket': ticketFor({ bucket: FILES, ...ticket }), ...headers },
  })

const urlOf = (made: Response): string => made.headers.get('location') ?? assert.fail(`${made.status}`)

async function begunTask(path: string, query = {}): Promise<string> {
  const asked = { multipart: null, access_token: await smh.token(), ...query }
  return (await smh.expect(201, 'POST', `file/${LIBRARY}/-/${path}`, asked)).confirmKey
}

describe('a ticket for what another dialect has', () => {
  test('leads to a file, with what the first call of that dialect could be told', async () => {
    const fields = { labels: ['new'], conflict_resolution_strategy: 'overwrite' }
    await smh.upload('report.txt', Buffer.from('before'))
    const made = await begin(
      { target: { prefix: 'report' }, fields },
      { 'upload-metadata': described({ key: 'report.txt' }) },
    )
    assert.equal((await patch(urlOf(made), 0, bytes)).status, 204)
    assert.ok((await smh.download('report.txt'))?.equals(bytes))
    const query = { info: null, access_token: await smh.token() }
    assert.deepEqual((await smh.expect(200, 'GET', `file/${LIBRARY}/-/report.txt`, query)).labels, ['new'])
    shows('resumable', 'ticket: fields')
  })

  test('names an upload of that dialect, and leaves its end to it', async () => {
    const upload = await begunTask('later.txt')
    const made = await begin({ target: { upload } })
    assert.equal(made.headers.get('upload-reference'), upload)
    assert.equal((await patch(urlOf(made), 0, bytes)).status, 204)
    assert.equal(await smh.download('later.txt'), null)
    const query = { confirm: null, access_token: await smh.token() }
    await smh.expect(200, 'POST', `file/${LIBRARY}/-/${upload}`, query)
    assert.ok((await smh.download('later.txt'))?.equals(bytes))
    shows('resumable', 'ticket: upload, confirm', 'Upload-Reference')
  })

  test('is not ended by that dialect while bytes that were named are missing', async () => {
    const upload = await begunTask('half.txt')
    const url = urlOf(await begin({ target: { upload } }))
    await patch(url, 0, bytes.subarray(0, 5))
    const confirm = { confirm: null, access_token: await smh.token() }
    assert.equal(
      (await smh.expect(404, 'POST', `file/${LIBRARY}/-/${upload}`, confirm)).code,
      'UploadIncomplete',
    )
    assert.equal((await patch(url, 5, bytes.subarray(5))).status, 204)
    await smh.expect(200, 'POST', `file/${LIBRARY}/-/${upload}`, confirm)
  })

  test('is refused in its own words, by statuses after which no client asks again', async () => {
    const codeOf = async (made: Response): Promise<unknown> => ((await made.json()) as { code: unknown }).code
    await smh.upload('there.txt', Buffer.from('before'))
    const ask = { conflict_resolution_strategy: 'ask' }
    const taken = await begin({ target: { key: 'there.txt' }, fields: ask })
    assert.deepEqual([taken.status, await codeOf(taken)], [422, 'SameNameDirectoryOrFileExists'])
    const nowhere = await begin({ target: { key: 'no/such/directory.txt' } })
    assert.deepEqual([nowhere.status, await codeOf(nowhere)], [404, 'DirectoryNotFound'])
    assert.equal((await begin({ target: { upload: 'a'.repeat(32) } })).status, 404)
    assert.equal((await begin({ bucket: `smh-${OTHER_ACCOUNT.libraries[0]?.id}` })).status, 404)
    const parts = await begunTask('parts.txt')
    const renewed = { renew: null, access_token: await smh.token() }
    await smh.putPart(await smh.expect(200, 'POST', `file/${LIBRARY}/-/${parts}`, renewed), 1, bytes)
    assert.equal((await begin({ target: { upload: parts } })).status, 400)
  })

  test('whose bytes are refused at the end leaves nothing that can be read', async () => {
    const url = urlOf(await begin({ bucket: 'vms', target: { key: 'noise.wav' } }))
    for (const attempt of [1, 2]) {
      const answer = await patch(url, attempt === 1 ? 0 : 12, attempt === 1 ? bytes : bytes.subarray(12))
      assert.equal(answer.status, 400)
      assert.equal(((await answer.json()) as { code: string }).code, 'InvalidParameter')
    }
    assert.equal((await head(url)).status, 400)
    const { body } = await callVms(server.url, 'QueryUsableResource', { keys: ACCOUNT, json: { Type: 0 } })
    assert.doesNotMatch(JSON.stringify(body), /noise/)
    // Another file of that name takes its place.
    const sound = new Uint8Array(wav(1))
    const next = await begin(
      { bucket: 'vms', target: { key: 'noise.wav' } },
      { 'upload-length': `${sound.byteLength}` },
    )
    assert.equal((await patch(urlOf(next), 0, sound)).status, 204)
    shows('resumable', 'what a target refuses')
  })
})

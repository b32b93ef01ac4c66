import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { PART_SIZE, partsOf } from './parts.ts'
import { type Rig, startRig } from './rig.ts'

const GIB = 1024 ** 3

describe('huawei-vod: limits of OBS', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  test('the limits of OBS hold for the parts of a video', async () => {
    const parts = partsOf(rig)
    const made = await rig.create()
    const upload_id = await parts.begin(made)
    const etags: string[] = []
    for (const [at, size] of [PART_SIZE, PART_SIZE - 1, 1].entries()) {
      const { status, headers } = await parts.put(made, upload_id, at + 1, Buffer.alloc(size, at))
      assert.equal(status, 200)
      etags.push(String(headers.etag))
    }
    const small = await parts.complete(made, upload_id, etags)
    assert.equal(small.status, 400)
    assert.match(small.bytes.toString(), /<Code>EntityTooSmall<\/Code>/)
    const again = await parts.put(made, upload_id, 2, Buffer.alloc(PART_SIZE, 1))
    etags[1] = String(again.headers.etag)
    const done = await parts.complete(made, upload_id, etags)
    assert.equal(done.status, 200, done.bytes.toString())
    shows('huawei-vod', 'OBS part')
  })

  test('more than 5 GiB are refused before a byte is sent', async () => {
    const made = await rig.create()
    const parts = partsOf(rig)
    const upload_id = await parts.begin(made)
    const partUrl = await parts.authority(made, { http_verb: 'PUT', upload_id, part_number: 1 })
    const ask = async (url: string, type: string, size: number) => {
      const headers = { 'content-type': type, 'content-length': size, expect: '100-continue' }
      const outgoing = request(url, { method: 'PUT', headers })
      outgoing.on('error', () => {})
      outgoing.flushHeaders()
      const [answer] = await Promise.race([once(outgoing, 'response'), once(outgoing, 'continue')])
      const answered =
        answer === undefined ? null : { status: answer.statusCode, text: (await buffer(answer)).toString() }
      outgoing.destroy()
      return answered
    }
    for (const [url, type] of [
      [made.video_upload_url, 'video/mp4'],
      [partUrl, 'application/octet-stream'],
    ] as const) {
      assert.equal(await ask(url, type, 5 * GIB), null)
      const refused = await ask(url, type, 5 * GIB + 1)
      assert.equal(refused?.status, 400)
      assert.match(String(refused?.text), /<Code>EntityTooLarge<\/Code>/)
    }
    shows('huawei-vod', 'OBS PUT, part')
  })
})

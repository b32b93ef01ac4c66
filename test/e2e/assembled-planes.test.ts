import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { INLINE_SIZE_MAX } from '../../src/core/model/bytes.ts'
import { partsOf } from '../dialects/huawei-vod/parts.ts'
import { clientOf } from '../dialects/huawei-vod/rig.ts'
import { LIBRARIES, spawnServer } from '../support/harness.ts'
import { mediaFixture } from '../support/media-fixtures.ts'
import { objectSizes, openUploads, s3ServerMissing, startS3 } from '../support/s3.ts'
import { seeded } from '../support/seeded.ts'
import { type PartTerms, SmhLoadClient } from '../support/smh-load.ts'
import { sendWire } from '../support/volcengine.ts'

const MIB = 1024 ** 2

describe('parts that come by an object plane, with S3', { skip: s3ServerMissing() }, () => {
  test('tencent-smh: become one large object and small ones, also where the confirm is refused first', async (t) => {
    const random = seeded(t)
    const s3 = await startS3()
    const server = await spawnServer({ settings: { blobs: s3.url }, env: s3.env })
    const client = new SmhLoadClient(server.url)
    const { id, secret } = LIBRARIES.file
    const login = `token?library_id=${id}&library_secret=${encodeURIComponent(secret)}&grant=admin`
    const { accessToken } = await client.call<{ accessToken: string }>(200, 'GET', login)
    const at = (target: string) =>
      `file/${id}/-/${target}${target.includes('?') ? '&' : '?'}access_token=${accessToken}`
    const start = () =>
      client.call<PartTerms>(201, 'POST', at('a.bin?multipart&conflict_resolution_strategy=ask'))
    const confirm = (status: number, { confirmKey }: PartTerms) =>
      client.call<{ size?: string; code?: string }>(status, 'POST', at(`${confirmKey}?confirm`), {})

    const parts = [6 * MIB, 6 * MIB, 2 * MIB, 6 * MIB].map((size) => Buffer.alloc(size, random.bytes(9_973)))
    const [first, second] = [await start(), await start()]
    for (const terms of [first, second]) {
      for (const number of [4, 2, 3, 1]) {
        await client.putPart(terms, number, parts[number - 1] ?? assert.fail())
      }
    }
    assert.equal((await openUploads(s3)).length, 2)
    assert.equal((await confirm(200, first)).size, String(20 * MIB))
    assert.deepEqual(await objectSizes(s3), [2 * MIB, 2 * MIB, 18 * MIB])
    assert.equal((await confirm(409, second)).code, 'SameNameDirectoryOrFileExists')
    assert.equal((await openUploads(s3)).length, 1, 'what was refused is still open')
    await client.putPart(second, 4, parts[0] ?? assert.fail())

    const read = await client.open(await client.locate(at('a.bin')))
    assert.ok((await buffer(read)).equals(Buffer.concat(parts)))
    client.close()
    await server.dispose()
    await s3.close()
  })

  test('huawei-vod: are one object once they are complete, and only a confirm shows it', async () => {
    const s3 = await startS3()
    const server = await spawnServer({ settings: { blobs: s3.url }, env: s3.env })
    const client = clientOf(server.url)
    const parts = partsOf(client)
    const pieces = [Buffer.alloc(6 * MIB, 1), Buffer.alloc(6 * MIB, 2), mediaFixture('video.mp4')]
    const created = await client.create()
    await parts.send(created, pieces)
    const last = pieces[2]?.byteLength ?? 0
    const inOrder = [...(last > INLINE_SIZE_MAX ? [last] : []), 12 * MIB]
    assert.deepEqual(await objectSizes(s3), inOrder)
    assert.deepEqual(await openUploads(s3), [])
    assert.equal((await client.confirm(created.asset_id)).status, 200)
    const details = { query: { asset_id: created.asset_id } }
    const { base_info } = await client.expect(200, 'GET', 'asset/details', details)
    const read = await sendWire(String(base_info.sign_url), { method: 'GET' })
    assert.ok(read.bytes.equals(Buffer.concat(pieces)))

    const abandoned = await client.create()
    const uploadId = await parts.begin(abandoned)
    await parts.put(abandoned, uploadId, 1, pieces[0] ?? assert.fail())
    assert.equal((await openUploads(s3)).length, 1)
    assert.equal((await parts.abort(abandoned, uploadId)).status, 204)
    await server.dispose()
    await s3.close()
  })
})

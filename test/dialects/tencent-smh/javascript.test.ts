import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { JavaScriptClient, JavaScriptError, pageFetch, readable } from './javascript-client.ts'
import { type Body, LIBRARIES, type Rig, startRig } from './rig.ts'
import { bytesOf, MIB } from './upload-calls.ts'

const HOUR_MS = 3600_000

describe('tencent-smh: the JavaScript client', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  const onTokenRefresh = () => rig.token('space_admin')
  const client = (beforePart?: (number: number) => void) =>
    new JavaScriptClient(rig, { onTokenRefresh, ...(beforePart === undefined ? {} : { beforePart }) })

  test('the JavaScript client encodes whole paths, slashes and all, and sends an empty object', async () => {
    const js = client()
    await js.call('PUT', 'directory', '/dcim/camera é')
    const bytes = bytesOf(1000, 1)
    const record = await js.upload("/dcim/camera é/a b+c&d=e#f%41 (1)'!.bin", bytes)
    assert.deepEqual(record.path, ['dcim', 'camera é', "a b+c&d=e#f%41 (1)'!.bin"])
    assert.deepEqual(js.steps, ['PUT start 201', 'PUT start 201', 'POST confirm 200'])
    assert.ok((await js.download("/dcim/camera é/a b+c&d=e#f%41 (1)'!.bin")).equals(bytes))
    shows('tencent-smh', 'JavaScript: paths')
  })

  test('the JavaScript client sends 5 MiB parts by two, and reads ranges whose crc64 it compares', async () => {
    const js = client()
    const bytes = bytesOf(33 * MIB + 5, 2)
    const record = await js.upload('long.bin', bytes)
    assert.deepEqual(js.steps, ['POST multipart 201', 'POST confirm 200'])
    assert.equal(record.size, String(bytes.length))
    assert.ok((await js.download('long.bin')).equals(bytes))
    shows('tencent-smh', 'JavaScript: over 32 MiB')
  })

  test('the JavaScript client renews five minutes before its credentials end', async () => {
    const js = client((number) => rig.clock.advance(number === 3 ? 2 * HOUR_MS - 290_000 : 0))
    const bytes = bytesOf(33 * MIB, 3)
    await js.upload('timer.bin', bytes)
    const renewals = js.steps.filter((step) => step === 'POST renew 200').length
    assert.ok(renewals === 1 || renewals === 2, `${renewals} renewals`)
    assert.ok((await js.download('timer.bin')).equals(bytes))
    shows('tencent-smh', 'JavaScript: renew timer')
  })

  test('the JavaScript client renews on any 403 of a part, with another token where its own has ended too', async () => {
    let isLate = false
    const js = client((number) => {
      if (number !== 4 || isLate) return
      isLate = true
      rig.clock.advance(48 * HOUR_MS)
    })
    const bytes = bytesOf(33 * MIB, 4)
    await js.upload('late.bin', bytes)
    assert.ok(js.steps.includes('POST renew 403'))
    assert.ok(js.steps.includes('POST renew 200'))
    assert.ok((await js.download('late.bin')).equals(bytes))
    shows('tencent-smh', 'JavaScript: 403 of a part')
  })

  test('the JavaScript client gets another token on 403 InvalidAccessToken, and on no other failure', async () => {
    let refreshes = 0
    const js = new JavaScriptClient(rig, {
      onTokenRefresh: () => {
        refreshes++
        return rig.token('upload_file', { query: { period: 1200 } })
      },
    })
    await js.upload('first.bin', bytesOf(10, 5))
    rig.clock.advance(HOUR_MS)
    await js.upload('second.bin', bytesOf(10, 6))
    assert.equal(refreshes, 2)
    await assert.rejects(js.call('DELETE', 'file', 'second.bin'), isFailure(403, 'NoPermission'))
    await assert.rejects(js.call('GET', 'file', 'none.bin', { info: 1 }), isFailure(404, 'FileNotFound'))
    assert.equal(refreshes, 2)
    shows('tencent-smh', 'JavaScript: 403 InvalidAccessToken')
  })

  test('the JavaScript client spells flags with 1, and lists by-marker and by-page', async () => {
    const js = client()
    await js.call('PUT', 'directory', 'listed')
    for (const name of ['a', 'b', 'c']) await js.upload(`listed/${name}.txt`, bytesOf(3))
    const markers = await js.call('GET', 'directory', 'listed', { 'by-marker': 1, limit: 2 })
    assert.deepEqual(namesOf(markers), ['a.txt', 'b.txt'])
    const marker = String(markers.nextMarker)
    assert.deepEqual(namesOf(await js.call('GET', 'directory', 'listed', { 'by-marker': 1, marker })), [
      'c.txt',
    ])
    const page = await js.call('GET', 'directory', 'listed', { 'by-page': 1, page: 1, page_size: 2 })
    assert.deepEqual([namesOf(page), page.totalNum], [['a.txt', 'b.txt'], 3])
    const { recycledItemId } = await js.call('DELETE', 'file', 'listed/a.txt')
    const restored = await js.call('POST', 'recycled', String(recycledItemId), { restore: 1 })
    assert.deepEqual(restored.path, ['listed', 'a.txt'])
    const moved = await js.call('PUT', 'file', 'listed/d.txt', {}, { from: 'listed/c.txt' })
    assert.deepEqual(moved.path, ['listed', 'd.txt'])
    shows('tencent-smh', 'JavaScript: flags')
  })

  test('a page of any origin may read what the JavaScript client needs of answers', async () => {
    await client().upload('exposed.bin', bytesOf(10))
    const access_token = await rig.token()
    const url = `${rig.url}/api/v1/file/${LIBRARIES.file.id}/-/exposed.bin?info=1&access_token=${access_token}`
    const answer = await pageFetch(url, { method: 'GET', headers: { 'client-version': '1' } })
    assert.match(readable(answer, 'x-request-id'), /^[0-9a-f]{32}$/)
    const info = (await answer.json()) as Body
    const bytes = await pageFetch(String(info.cosUrl), { method: 'GET', headers: {} })
    assert.equal(readable(bytes, 'x-cos-hash-crc64ecma'), info.crc64)
    assert.notEqual(readable(bytes, 'x-cos-request-id'), '')
    assert.equal(readable(bytes, 'etag'), info.eTag)
    const failed = await pageFetch(url.replace('exposed', 'none'), { method: 'GET', headers: {} })
    assert.equal(failed.status, 404)
    shows('tencent-smh', 'JavaScript: CORS')
  })

  const namesOf = ({ contents }: Body) => (contents as readonly Body[]).map(({ name }) => name)
})

const isFailure = (status: number, code: string) => (error: unknown) => {
  assert.ok(error instanceof JavaScriptError, String(error))
  assert.deepEqual([error.status, error.code], [status, code])
  return true
}

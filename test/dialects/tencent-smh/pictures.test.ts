import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { jpegSize, noFfmpeg, standIn } from '../../support/ffmpeg.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { ACCOUNT, assertFailure, LIBRARIES, type Params, type Rig, type SmhAnswer, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

const SINGLE = { ...LIBRARIES.media, id: 'smh0singlealbum1', multi_album: false }

/** A server whose pictures are made by this program. */
async function rigWith(ffmpeg: string) {
  const accounts = [{ ...ACCOUNT, libraries: [...ACCOUNT.libraries, SINGLE] }]
  const rig = await startRig({ accounts, settings: { 'media.ffmpeg': ffmpeg } })
  return { rig, tree: await treeOf(rig), albums: await treeOf(rig, 'media') }
}

const askPreview = (rig: Rig, { base, token }: Tree, path: string, query: Params = {}) =>
  rig.call('GET', `file/${base}/${path}`, { preview: null, access_token: token, ...query })
const askCover = (rig: Rig, { base, token }: Tree, album: string, query: Params = {}) =>
  rig.call('GET', `album/${base}/cover${album}`, { access_token: token, ...query })

/** The bytes that a redirect leads to. */
async function followed(answer: SmhAnswer): Promise<Buffer> {
  assert.equal(answer.status, 302, answer.bytes.toString())
  return (await sendWire(String(answer.headers.location), { method: 'GET' })).bytes
}

function assertJpeg(answer: SmhAnswer, size: readonly number[]): void {
  assert.equal(answer.status, 200, answer.bytes.toString())
  assert.equal(answer.headers['content-type'], 'image/jpeg')
  assert.deepEqual(jpegSize(answer.bytes), size)
}

describe('pictures by ffmpeg', { skip: noFfmpeg }, () => {
  let rig: Rig
  let tree: Tree
  before(async () => {
    const started = await rigWith('ffmpeg')
    rig = started.rig
    tree = started.tree
    await rig.upload('a.mp4', mediaFixture('video.mp4'))
    await rig.upload('a.png', mediaFixture('picture.png'))
  })
  after(() => rig?.stop())

  test('a preview of an image or a video is a JPEG of the size that is asked for', async () => {
    assertJpeg(await askPreview(rig, tree, 'a.mp4', { size: 24 }), [24, 24])
    assertJpeg(await askPreview(rig, tree, 'a.png', { size: 9 }), [9, 9])
    const whole = await askPreview(rig, tree, 'a.mp4')
    const [width, height] = jpegSize(whole.bytes) ?? [0, 0]
    assertJpeg(await askPreview(rig, tree, 'a.mp4', { scale: 50 }), [width / 2, height / 2])
    assertJpeg(await askPreview(rig, tree, 'a.mp4', { width_size: width / 2 }), [width / 2, height / 2])
  })

  test('a video that is none is answered with the way to the file', async () => {
    await rig.upload('none.mp4', Buffer.from('no video'))
    assert.equal(
      (await followed(await askPreview(rig, tree, 'none.mp4', { size: 9 }))).toString(),
      'no video',
    )
  })
})

describe('pictures by a program in place of ffmpeg', () => {
  let rig: Rig
  let tree: Tree
  let albums: Tree
  const folder = temporaryFolder()
  const said = () => readFileSync(join(folder, 'said'), 'utf8')
  before(async () => {
    const started = await rigWith(
      standIn(folder, `echo "$@" > ${folder}/said; echo "picture of $(cat source)"`),
    )
    rig = started.rig
    tree = started.tree
    albums = started.albums
    for (const name of ['a.png', 'a.mp4', 'a.docx', 'a.zip']) await rig.upload(name, Buffer.from(name))
  })
  after(() => rig?.stop())

  test('previews are pictures of images and videos; all else leads to the file', async () => {
    for (const [name, query] of [
      ['a.png', { size: 100 }],
      ['a.png', { scale: 10, purpose: 'list' }],
      ['a.mp4', {}],
      ['a.mp4', { width_size: 5, height_size: 6, frame_number: 1 }],
    ] as const) {
      const answer = await askPreview(rig, tree, name, query)
      assert.equal(answer.status, 200, answer.bytes.toString())
      assert.equal(answer.headers['content-type'], 'image/jpeg')
      assert.equal(answer.bytes.toString(), `picture of ${name}\n`)
    }
    for (const name of ['a.docx', 'a.zip'])
      assert.equal((await followed(await askPreview(rig, tree, name, { size: 9 }))).toString(), name)
    assert.equal((await followed(await askPreview(rig, tree, 'a.png'))).toString(), 'a.png')
    shows('tencent-smh', 'GET /file/…?preview')
  })

  test('of size, scale, width and height the first that is there counts', async () => {
    const all = { size: 4, scale: 5, width_size: 6, height_size: 7 }
    const asked = async (query: Params) => {
      await askPreview(rig, tree, 'a.png', query)
      return said()
    }
    assert.match(await asked(all), /crop=4:4/)
    assert.match(await asked({ ...all, size: null }), /iw\*5\/100/)
    assert.match(await asked({ width_size: 6, height_size: 7 }), /min\(iw,6\).*min\(ih,7\)/)
    for (const name of ['size', 'width_size', 'height_size']) {
      for (const value of [1, 4096])
        assert.equal((await askPreview(rig, tree, 'a.png', { [name]: value })).status, 200)
      for (const value of [0, 4097, 'x'])
        assertFailure(await askPreview(rig, tree, 'a.png', { [name]: value }), 400, 'ParamInvalid')
    }
    for (const value of [1, 100])
      assert.equal((await askPreview(rig, tree, 'a.png', { scale: value })).status, 200)
    for (const value of [0, 101])
      assertFailure(await askPreview(rig, tree, 'a.png', { scale: value }), 400, 'ParamInvalid')
    shows('tencent-smh', '?preview: size, scale, width_size, height_size')
  })

  test('previews of documents, and of what is not there, are refused', async () => {
    assertFailure(await askPreview(rig, tree, 'a.docx', { type: 'pic' }), 400, 'FunctionNotEnabled')
    assertFailure(await askPreview(rig, tree, 'none.png'), 404, 'FileNotFound')
    await tree.makeVirtual('virtual.png')
    assertFailure(await askPreview(rig, tree, 'virtual.png'), 404, 'CosObjectNonexistent')
  })

  test('a file in the bin has a preview as well', async () => {
    await rig.upload('binned.png', Buffer.from('binned'))
    const removed = await rig.call('DELETE', `file/${tree.base}/binned.png`, { access_token: tree.token })
    assert.equal(removed.status, 200, removed.bytes.toString())
    const id = String(JSON.parse(removed.bytes.toString()).recycledItemId)
    const ask = (query: Params) =>
      rig.call('GET', `recycled/${tree.base}/${id}`, { preview: null, access_token: tree.token, ...query })
    const answer = await ask({ size: 9 })
    assert.deepEqual([answer.status, answer.bytes.toString()], [200, 'picture of binned\n'])
    assert.equal((await followed(await ask({}))).toString(), 'binned')
    shows('tencent-smh', 'GET recycled/…?preview with pictures')
  })

  test('the cover of an album is a picture of the image or video that came first', async () => {
    await albums.makeDirectory('summer')
    assertFailure(await askCover(rig, albums, '/summer', { size: 9 }), 404, 'FileNotFound')
    await albums.makeVirtual('summer/0.png')
    for (const name of ['b.mp4', 'a.png']) {
      await rig.upload(`summer/${name}`, Buffer.from(name), { library: 'media' })
      rig.clock.advance(1000)
    }
    const cover = await askCover(rig, albums, '/summer', { size: 9 })
    assert.deepEqual([cover.status, cover.bytes.toString()], [200, 'picture of b.mp4\n'])
    assert.match(said(), /crop=9:9/)
    assertFailure(await askCover(rig, albums, '/none'), 404, 'DirectoryNotFound')
    assertFailure(await askCover(rig, albums, ''), 400, 'CoverNotSupportedInRootDirectory')
    assertFailure(await askCover(rig, tree, ''), 400, 'CoverNotSupportedInFileLibrary')
    shows('tencent-smh', 'GET /album/…/cover with pictures')
  })
})

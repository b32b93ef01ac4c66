import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { pageFetch } from './javascript-client.ts'
import { BYTES, FOLDER, namesOf, SCHEMES, SdkRig } from './javascript-rig.ts'
import { crc64Of } from './upload-calls.ts'

const ABOVE = ['sdk test', 'é+&']
const SIZE = String(BYTES.length)

for (const scheme of SCHEMES) {
  describe(`tencent-smh: calls of the JavaScript SDK about files by ${scheme}`, () => {
    let js: SdkRig
    before(async () => {
      js = await SdkRig.start(scheme)
    })
    after(() => js.rig.stop())

    const ok: SdkRig['ok'] = (...call) => js.ok(...call)
    const status: SdkRig['status'] = (...call) => js.status(...call)

    test('the JavaScript SDK makes, lists, describes and labels directories', async () => {
      const P = `${FOLDER}/dir`
      await ok('directory.createDirectory', {
        P,
        query: { conflict_resolution_strategy: 'ask', with_inode: 1 },
      })
      await js.upload(`${P}/a.txt`)
      await js.upload(`${P}/b.txt`)
      const order = { order_by: 'name', order_by_type: 'desc', filter: 'onlyFile', sort_type: 'union' }
      const more = { with_inode: 1, with_favorite_status: 1, with_content_cas: 1, user_id: 'js-user' }
      const list = (query: object) => ok('directory.listDirectory', { P, query: { ...order, ...query } })
      const first = await list({ limit: 1, ...more })
      assert.deepEqual(namesOf(first), ['b.txt'])
      assert.deepEqual(namesOf(await list({ marker: first.nextMarker, limit: 1 })), ['a.txt'])
      const paged = { page: 2, page_size: 1, ...order, ...more }
      const page = await ok('directory.listDirectoryByPage', { P, query: paged })
      assert.deepEqual([namesOf(page), page.totalNum], [['a.txt'], 2])
      for (const root of ['/', '']) {
        assert.deepEqual(namesOf(await ok('directory.listDirectory', { P: root })), ['sdk test'])
      }
      assert.equal(await status('directory.checkDirectoryStatus', { P }), 200)
      assert.equal(await status('directory.checkDirectoryStatus', { P: `${P}/none` }), 404)
      const { type, inode } = await ok('directory.infoFileOrDirectory', { P, query: more })
      assert.deepEqual([type, typeof inode], ['dir', 'string'])
      const labels = ['one', 'two']
      assert.equal(await status('directory.updateDirectoryLabels', { P, body: { labels } }), 204)
      const body = { labels: ['file'], category: 'text' }
      assert.equal(await status('directory.updateFileLabels', { P: `${P}/a.txt`, body }), 204)
      const info = await ok('directory.infoFileOrDirectory', { P: `${P}/a.txt` })
      assert.deepEqual({ labels: info.labels, category: info.category }, body)
      const stats = await ok('directory.getDirectoryStats', { P, query: { stats_type: 'normal' } })
      assert.deepEqual([stats.fileCount, stats.storage], [2, 2 * BYTES.length])
      shows('tencent-smh', 'smh-js-sdk: directory')
    })

    test('the JavaScript SDK copies, moves and deletes directories', async () => {
      const [from, copy, moved] = ['from', 'copy', 'moved'].map((name) => `${FOLDER}/tree/${name}`)
      assert.ok(from !== undefined && copy !== undefined && moved !== undefined)
      await js.ok('directory.createDirectory', { P: from })
      await js.upload(`${from}/a.txt`)
      const query = { conflict_resolution_strategy: 'rename' }
      await ok('directory.copyDirectory', { P: copy, query, body: { copyFrom: from } })
      await ok('directory.moveDirectory', { P: moved, query, body: { from: copy } })
      const there = async () => namesOf(await ok('directory.listDirectory', { P: `${FOLDER}/tree` }))
      assert.deepEqual(await there(), ['from', 'moved'])
      await ok('directory.deleteDirectory', { P: moved, query: { permanent: 0 } })
      await ok('directory.deleteDirectory', { P: from, query: { permanent: 1 } })
      assert.deepEqual(await there(), [])
      shows('tencent-smh', 'smh-js-sdk: directory, trees')
    })

    test('the JavaScript SDK uploads in one piece, by form and in parts, and aborts', async () => {
      const P = `${FOLDER}/up.bin`
      const query = { conflict_resolution_strategy: 'rename', filesize: BYTES.length }
      const { domain, form } = await ok('file.formUploadFile', { P, query })
      assert.ok(domain !== '' && form.key !== '')
      const task = await ok('file.multipartUploadFile', { P, query })
      const K = task.confirmKey
      const { confirmed, parts } = await ok('file.getFileUpload', { K })
      assert.deepEqual([confirmed, parts], [false, []])
      const renewed = await ok('file.renewMultipartUpload', { K })
      await js.send({ ...task, ...renewed }, `?partNumber=1&uploadId=${task.uploadId}`)
      const more = { with_inode: 1, with_content_cas: 1 }
      const record = await js.confirm(K, { conflict_resolution_strategy: 'ask', ...more })
      assert.deepEqual([record.size, record.path], [SIZE, [...ABOVE, 'up.bin']])
      assert.deepEqual([typeof record.inode, typeof record.contentCas], ['string', 'string'])
      const { confirmKey: other } = await ok('file.multipartUploadFile', { P, query })
      assert.equal(await status('file.abortFileUpload', { K: other }), 204)
      assert.equal(await status('file.getFileUpload', { K: other }), 404)
      shows('tencent-smh', 'smh-js-sdk: file, uploads')
    })

    test('the JavaScript SDK is told of a missing directory, which it then makes', async () => {
      const P = `${FOLDER}/made/by/the client.bin`
      for (const name of ['file.simpleUploadFile', 'file.multipartUploadFile']) {
        const query = { filesize: BYTES.length }
        const { status, data } = await js.sdk.call(name, { P, query })
        assert.deepEqual([status, data.code], [404, 'DirectoryNotFound'])
      }
      await ok('directory.createDirectory', { P: `${FOLDER}/made/by` })
      assert.deepEqual((await js.upload(P)).path, [...ABOVE, 'made', 'by', 'the client.bin'])
      shows('tencent-smh', 'smh-js-sdk: file, autoCreateDir')
    })

    test('the JavaScript SDK reads and finds files', async () => {
      const P = `${FOLDER}/file.txt`
      const { inode } = await js.upload(P)
      const shown = { content_disposition: 'attachment', purpose: 'download', traffic_limit: 1_048_576 }
      const more = { with_content_cas: 1, with_inode: 1, internal_domain: 0, period: 1800 }
      const info = await ok('file.infoFile', { P, query: { ...shown, ...more } })
      assert.ok(String(info.cosUrl).startsWith(`${scheme}://`), String(info.cosUrl))
      assert.equal(info.crc64, crc64Of(BYTES))
      const headers = { range: 'bytes=5-9' }
      const part = await pageFetch(String(info.cosUrl), { method: 'GET', headers })
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), BYTES.subarray(5, 10))
      const whole = await js.sdk.call('file.downloadFile', { P, query: { traffic_limit: 1_048_576 } })
      assert.deepEqual([whole.status, whole.headers.get('content-length')], [200, SIZE])
      const head = await js.sdk.call('file.checkFileStatus', { P })
      assert.deepEqual([head.status, head.headers.get('x-smh-size')], [200, SIZE])
      assert.equal(await status('file.checkFileStatus', { P: `${FOLDER}/none` }), 404)
      const found = await ok('file.getFileInfoByInode', { I: inode })
      assert.deepEqual(found.path, [...ABOVE, 'file.txt'])
      assert.equal((await ok('file.checkFileDeletion', { I: inode })).reason, 'Unknown')
      shows('tencent-smh', 'smh-js-sdk: file, reading')
    })

    test('the JavaScript SDK copies, moves, links and deletes files', async () => {
      const P = `${FOLDER}/source.txt`
      await js.upload(P)
      const { contentCas } = await ok('file.infoFile', { P, query: { with_content_cas: 1 } })
      const query = { conflict_resolution_strategy: 'rename', content_cas: String(contentCas) }
      const moved = `${FOLDER}/moved.txt`
      await ok('file.copyFile', { P: `${FOLDER}/copy.txt`, query, body: { copyFrom: P } })
      await ok('file.moveFile', { P: moved, query, body: { from: P } })
      await ok('file.createSymlink', { P: `${FOLDER}/link.txt`, body: { linkTo: moved } })
      for (const name of ['copy.txt', 'link.txt', 'moved.txt']) {
        await ok('file.deleteFile', { P: `${FOLDER}/${name}`, query: { permanent: 1 } })
        assert.equal(await status('file.infoFile', { P: `${FOLDER}/${name}` }), 404)
      }
      shows('tencent-smh', 'smh-js-sdk: file, changing')
    })

    test('the JavaScript SDK makes virtual files, with facts and without', async () => {
      const P = `${FOLDER}/v.vfile`
      const make = (conflict: string, body: object = {}) =>
        js.sdk.call('file.createVirtualFile', {
          P,
          body,
          query: { conflict_resolution_strategy: conflict, user_id: 'js-user' },
        })
      const facts = { metaData: { source: 'sdk' }, labels: ['x'], category: 'c', size: '1024' }
      const { data } = await make('ask', { contentType: 'text/plain', ...facts })
      assert.deepEqual([data.type, data.path], ['virtual', [...ABOVE, 'v.vfile']])
      assert.equal((await make('ask')).status, 409)
      assert.deepEqual((await make('rename')).data.path, [...ABOVE, 'v (1).vfile'])
      assert.equal((await make('overwrite', { contentType: 'application/json' })).status, 200)
      assert.equal((await ok('file.infoFile', { P })).contentType, 'application/json')
      assert.equal(await status('file.deleteFile', { P, query: { permanent: 1 } }), 204)
      shows('tencent-smh', 'smh-js-sdk: file, virtual')
    })

    test('every offered call of the JavaScript SDK about files and directories has been made', () => {
      assert.deepEqual(js.notCalled(['directory', 'file']), [])
    })
  })
}

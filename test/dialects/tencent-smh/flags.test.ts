import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { assertFailure, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

/** Flags of the vendor's clients that are offered nowhere. */
const NOWHERE = ['calibrate', 'convert', 'uncompress', 'zip-preview', 'preview', 'transcoding_template_id']
const BATCHES = ['delete', 'copy', 'move']

/** The flags that stand on other paths or methods than the one of the call: what they ask for is not what the call does. */
const MISPLACED: readonly (readonly [method: string, area: string, flags: readonly string[]])[] = [
  ['GET', 'directory', ['upload', 'confirm', ...BATCHES]],
  ['PUT', 'directory', ['update', 'stats', 'info', 'virtual_file', ...BATCHES]],
  ['POST', 'directory', ['stats', 'multipart']],
  ['DELETE', 'directory', ['restore', 'update', 'upload']],
  ['GET', 'file', ['update', 'stats', 'restore']],
  ['PUT', 'file', ['multipart', 'confirm', 'renew', 'upload', 'update', ...BATCHES]],
  ['POST', 'file', ['upload', 'virtual_file', 'restore', 'update']],
  ['DELETE', 'file', ['confirm', 'restore']],
]

describe('tencent-smh: flags', () => {
  let rig: Rig
  let tree: Tree
  before(async () => {
    rig = await startRig()
    tree = await treeOf(rig)
    await rig.upload('there.docx', Buffer.from('bytes'))
    await tree.makeDirectory('there')
  })
  after(() => rig.stop())

  const call = (method: string, area: string, name: string, query: Params, json: unknown = {}) =>
    rig.call(method, `${area}/${tree.base}/${name}`, { ...query, access_token: tree.token }, { json })

  test('a flag that its path does not offer is FunctionNotEnabled, and nothing is done', async () => {
    const log = rig.server.logLines.length
    for (const [method, area, flags] of MISPLACED) {
      for (const flag of [...NOWHERE, ...flags]) {
        for (const name of ['there', 'there.docx', `new-${flag}`]) {
          for (const value of [null, 1] as const) {
            assertFailure(await call(method, area, name, { [flag]: value }), 400, 'FunctionNotEnabled')
          }
        }
      }
    }
    assert.ok(rig.server.logLines.length > log)
    assert.deepEqual(await tree.names(''), ['there', 'there.docx'])
    assert.equal(await rig.download('there.docx').then(String), 'bytes')
    shows('tencent-smh', 'FunctionNotEnabled of flags')
  })

  test('the calls of the JavaScript client that are not offered are FunctionNotEnabled', async () => {
    const from = 'there.docx'
    const ask = async (method: string, area: string, name: string, query: Params, json?: unknown) =>
      assertFailure(await call(method, area, name, query, json), 400, 'FunctionNotEnabled')
    await ask('PUT', 'directory', 'there', { calibrate: 1, stats_type: 'normal' })
    await ask('PUT', 'file', 'there.pdf', { convert: 1 }, { convertFrom: from })
    await ask('POST', 'file', from, { uncompress: 1 }, { targetPath: 'there' })
    await ask('GET', 'file', from, { 'zip-preview': 1, format: 'flat' })
    await ask('GET', 'file', from, { transcoding_template_id: 'h264_720p' })
    await ask('GET', 'file', from, { preview: 1, size: 100 })
    await ask('GET', 'file', from, { info: 1, history_id: '1' })
    await ask('PUT', 'file', 'there.pdf', {}, { convertFrom: from })
    await ask('PUT', 'file', 'new.docx', {}, { fromTemplate: 'word.docx' })
    assert.deepEqual(await tree.names(''), ['there', 'there.docx'])
    shows('tencent-smh', "FunctionNotEnabled of the JavaScript client's calls")
  })

  test('a read passes over the flags that are for other methods of its path', async () => {
    const { status } = await call('GET', 'directory', 'there', { update: 1 })
    assert.equal(status, 200)
    assert.equal((await call('GET', 'file', 'there.docx', { confirm: 1, info: 1 })).status, 200)
    assertFailure(await call('GET', 'file', 'none', { renew: 1 }), 404, 'FileNotFound')
  })

  test('flags of batches and of the bin are their paths’ own', async () => {
    const access_token = tree.token
    for (const flag of [...NOWHERE, 'restore', 'info', 'multipart']) {
      const batch = await rig.call('POST', `batch/${tree.base}`, { [flag]: null, access_token }, { json: [] })
      assertFailure(batch, 400, 'FunctionNotEnabled')
    }
    for (const flag of [...NOWHERE, 'copy', 'move', 'info']) {
      const bin = await rig.call(
        'POST',
        `recycled/${tree.base}`,
        { [flag]: null, access_token },
        { json: [] },
      )
      assertFailure(bin, 400, 'FunctionNotEnabled')
    }
    const shared = { copy: null, share_access_token: 'x', access_token }
    const json = [{ copyFrom: 'there.docx', to: 'shared.docx' }]
    assertFailure(await rig.call('POST', `batch/${tree.base}`, shared, { json }), 400, 'FunctionNotEnabled')
    assert.deepEqual(await tree.names(''), ['there', 'there.docx'])
    shows('tencent-smh', 'FunctionNotEnabled of batches and bins')
  })

  test('a caller without a good token is told that first', async () => {
    const path = `file/${tree.base}/there.docx`
    assertFailure(await rig.call('GET', path, { preview: null }), 400, 'EmptyAccessToken')
    const bad = { preview: null, access_token: 'x' }
    assertFailure(await rig.call('GET', path, bad), 403, 'InvalidAccessToken')
  })

  test('names of a query that are no flags are read past, with a value or without', async () => {
    const other: Params = { foo: null, bar: 1, force: 0, previews: null, 'x-preview': 1 }
    assert.equal((await call('PUT', 'directory', 'read-past', other)).status, 201)
    assert.equal((await call('GET', 'directory', 'read-past', other)).status, 200)
    assert.equal((await call('GET', 'file', 'there.docx', { info: 1, ...other })).status, 200)
    assert.equal((await call('PUT', 'file', 'read-past/a', other)).status, 201)
    const { status } = await rig.call('GET', `space/${LIBRARIES.file.id}/-/size`, {
      ...{ access_token: tree.token, ...other },
    })
    assert.equal(status, 200)
    assert.equal((await call('DELETE', 'directory', 'read-past', { permanent: 1, ...other })).status, 204)
    shows('tencent-smh', 'query')
  })
})

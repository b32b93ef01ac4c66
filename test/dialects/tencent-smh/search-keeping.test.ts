import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asAccountId, parseObjectId } from '../../../src/core/ids.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { ACCOUNT, assertFailure, type Body, LIBRARIES, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

const LIMIT = 256 * 1024
/** All that says what is searched. */
const ASKED = {
  ...{ keyword: 'note', type: ['file', '!dir'], scope: '/deep', extname: ['.TXT'], excludeExtName: ['md'] },
  ...{ inExtnames: ['txt'], excludeExtnames: ['md'], minFileSize: 1, maxFileSize: '3' },
  ...{ modificationTimeStart: '2000-01-01T00:00:00.000Z', modificationTimeEnd: 4_102_444_800 },
  ...{ labels: ['a'], categories: ['c'], orderBy: 'size', orderByType: 'desc' },
}

let rig: Rig
let tree: Tree
const junk = 'x'.repeat(200 * 1024)

before(async () => {
  rig = await startRig()
  tree = await treeOf(rig)
  await tree.makeDirectory('deep')
  for (const size of [1, 2, 3, 4]) {
    await tree.makeVirtual(`deep/note${size}.txt`, {}, { size, labels: ['a'], category: 'c' })
  }
})
after(() => rig.stop())

const ask = (call: string, json: unknown) =>
  rig.call('POST', `search/${tree.base}/${call}`, { access_token: tree.token }, { json })
const kept = async (body: Body | null) => {
  const volume = { account: asAccountId(ACCOUNT.id), realm: LIBRARIES.file.id, volume: '-' }
  const id = parseObjectId(String(body?.searchId)) ?? assert.fail()
  const found = await rig.server.engine.core.trees.findSearch({ volume, id })
  return JSON.stringify(found?.state ?? assert.fail('no search is kept'))
}

test('what a search does not know is not kept, and what it asked for goes on', async () => {
  const { body } = await ask('space-contents', {
    ...{ ...ASKED, junk, tags: [], searchMode: 'fast' },
    creators: [
      { userId: '', junk: 'junk' },
      { userId: 7, userOrgId: 1 },
    ],
  })
  const state = await kept(body)
  assert.ok(state.length < 2048 && !state.includes('junk'), state.slice(0, 2048))
  const access_token = tree.token
  const path = `search/${tree.base}/${body?.searchId}`
  const again = await rig.expect(200, 'GET', path, { access_token })
  assert.deepEqual(again.contents, body?.contents)
})

test('a search that goes on asks for all that it asked for at first', async () => {
  for (const [field, value] of Object.entries({ ...ASKED, creators: [{ userId: 7 }] })) {
    const { body } = await ask('space-contents', { junk: 1, [field]: value })
    assert.ok((await kept(body)).includes(JSON.stringify({ [field]: value }).slice(1, -1)), field)
  }
})

test('SearchTooComplex: a search that is too long to be kept', async () => {
  for (const json of [{ labels: [junk] }, { scope: '/'.repeat(junk.length) }]) {
    assertFailure(await ask('space-contents', json), 400, 'SearchTooComplex')
  }
  shows('tencent-smh', 'SearchTooComplex of a long search')
})

test('RequestEntityTooLarge: a body of a search over 256 KiB, announced or not', async () => {
  const start = '{"aggregations":[{"field":"name","operation":"count"}],"junk":"'
  const raw = (size: number) => `${start}${'x'.repeat(size - start.length - 2)}"}`
  for (const call of ['space-contents', 'search-fs', 'search-fs-stats']) {
    const url = `${rig.url}/api/v1/search/${tree.base}/${call}?access_token=${tree.token}`
    for (const [size, expected] of [
      [LIMIT, 200],
      [LIMIT + 1, 413],
    ] as const) {
      for (const headers of [{ 'content-length': String(size) }, { 'transfer-encoding': 'chunked' }]) {
        const { status, bytes } = await sendWire(url, { method: 'POST', headers, body: raw(size) })
        assert.equal(status, expected, call)
        if (status === 413) assert.equal(JSON.parse(bytes.toString()).code, 'RequestEntityTooLarge')
      }
    }
  }
  shows('tencent-smh', 'RequestEntityTooLarge of a search')
})

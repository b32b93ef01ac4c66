import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { type Body, type Params, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

/** Long enough for a quick upload. */
const KNOWN = Buffer.alloc(1024 ** 2, 7)
const HASH = createHash('sha256').update(KNOWN).digest('hex')

/** Every call whose answer may have inodes, with all records of the answer. */
const ANSWERS: Readonly<Record<string, (tree: Tree, rig: Rig, query: Params) => Promise<readonly Body[]>>> = {
  'a list by markers': async (tree, _, query) => recordsOf(await tree.list('some', query)),
  'a list by pages': async (tree, _, query) => recordsOf(await tree.list('some', { 'by-page': 1, ...query })),
  'the flat list': async (tree, rig, query) => {
    const path = `space/${tree.base}/contents-view`
    return recordsOf(await rig.expect(200, 'GET', path, { access_token: tree.token, ...query }))
  },
  'info of a directory': async (tree, _, query) => [await tree.info('some', query)],
  'info of a file below directory/': async (tree, _, query) => [await tree.info('some/a.bin', query)],
  'info of a file': async (tree, _, query) => [
    await tree.file(200, 'GET', 'some/a.bin', { info: 1, ...query }),
  ],
  'a new directory': async (tree, _, query) => [
    await tree.makeDirectory('some/d', { conflict_resolution_strategy: 'rename', ...query }),
  ],
  'a virtual file': async (tree, _, query) => [await tree.makeVirtual('some/v', query)],
  'a confirm': async (tree, rig, query) => {
    const task = await tree.file(201, 'PUT', 'some/c.bin')
    await rig.put(task, Buffer.from('c'))
    return [await tree.file(200, 'POST', task.confirmKey, { confirm: 1, ...query })]
  },
  'a quick upload': async (tree, _, query) => {
    const hashes = { size: String(KNOWN.length), beginningHash: HASH, fullHash: HASH }
    return [await tree.file(200, 'PUT', 'some/q.bin', query, hashes)]
  },
}

const recordsOf = ({ contents }: Body): readonly Body[] => {
  assert.ok(Array.isArray(contents) && contents.length > 0)
  return contents
}

describe('tencent-smh: inodes', () => {
  let rig: Rig
  let tree: Tree
  before(async () => {
    rig = await startRig()
    tree = await treeOf(rig)
    await tree.makeDirectory('some')
    await rig.upload('some/a.bin', KNOWN)
  })
  after(() => rig.stop())

  test('an answer has inodes with with_inode=1, and has none with 0 or without it', async () => {
    for (const [name, ask] of Object.entries(ANSWERS)) {
      for (const query of [{}, { with_inode: 0 }]) {
        for (const record of await ask(tree, rig, query)) assert.equal('inode' in record, false, name)
      }
      for (const { inode } of await ask(tree, rig, { with_inode: 1 })) {
        assert.match(inode, /^[0-9a-f]{32}$/, name)
      }
    }
    shows('tencent-smh', 'with_inode')
  })
})

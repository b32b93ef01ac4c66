import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ConflictPolicy } from '../../../src/core/model/objects.ts'
import type { Entry } from '../../../src/core/model/trees.ts'
import { NAME_LENGTH_MAX } from '../../../src/core/model/trees.ts'
import { type CommitFile, commitFile } from '../commits.ts'
import { garbageOf, HOUR_MS, LIMITS, liveOf, NOW } from '../metadata/tenant.ts'
import { failsWith, freshTrees, type OpenFacts, sharedTrees } from './store.ts'
import { NO_FIELDS, type Tree, UNKNOWN_ID } from './tree.ts'

type Committing = Partial<CommitFile> & Pick<CommitFile, 'upload'>

/** Commits an upload as a file `f` of the root, unless told otherwise. */
export const commit = (tree: Tree, change: Committing) =>
  commitFile(tree.facts, {
    ...{ account: tree.volume.account, ifVersion: null, id: tree.tenant.newObjectId(), volume: tree.volume },
    ...{ place: { parent: tree.root, name: 'f' }, conflict: 'fail', contentType: null, traits: NO_FIELDS },
    ...{ now: NOW, ...change },
  })

const stateOf = async (tree: Tree, upload: CommitFile['upload']) =>
  (await tree.tenant.findUpload(upload))?.state

export function filesContract(open: OpenFacts): void {
  committing(open)
  repeating(open)
  for (const [name, make] of Object.entries(WAYS)) conflicts(name, make, open)
  overwriting(open)
  putting(open)
}

function committing(open: OpenFacts): void {
  describe('committing a file', () => {
    const bench = sharedTrees(open)

    test('makes the upload’s bytes a file with all that its maker decides', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      const { id: parent } = await tree.at('a')
      const { id: upload } = await tree.tenant.begin()
      const parts = [tree.tenant.inline('some '), tree.tenant.inline('bytes')]
      for (const [index, part] of parts.entries()) await tree.tenant.attach({ id: upload }, index + 1, part)
      const id = tree.tenant.newObjectId()
      const traits = { attributes: { labels: ['x'] }, localCreatedAt: NOW - 2, localModifiedAt: NOW - 1 }
      const { entry, isOverwritten } = await commit(tree, {
        ...{ upload: { id: upload }, id, place: { parent, name: 'f.txt' }, contentType: 'text/plain' },
        ...{ traits, now: NOW + 7 },
      })
      const committed = await tree.tenant.findUpload({ id: upload })
      assert.ok(committed?.state === 'committed')
      assert.equal(committed.objectId, id)
      assert.deepEqual(entry, {
        ...{ kind: 'file', id, volume: tree.volume, parent, name: 'f.txt', path: ['a', 'f.txt'], ...traits },
        ...{ contentType: 'text/plain', content: { blob: committed.blob, ...committed.sealed }, holds: 0 },
        ...{ createdAt: NOW + 7, modifiedAt: NOW + 7, version: 1 },
      })
      assert.equal(entry.content.size, 10)
      assert.equal(entry.content.partCount, 2)
      assert.equal(isOverwritten, false)
      assert.deepEqual(await tree.at('a/f.txt'), entry)
      const directory = await tree.at('a')
      assert.deepEqual(directory.kind === 'directory' && directory.fileCount, 1)
    })

    test('of a sealed upload is fine', async () => {
      const tree = await bench.tree()
      const upload = await tree.uploaded('bytes')
      await tree.tenant.seal(upload)
      const { entry } = await commit(tree, { upload })
      assert.equal(entry.content.size, 5)
      const extents = { blob: entry.content.blob, offset: 2, limit: 9 }
      assert.equal((await tree.facts.listExtents(extents)).length, 1)
    })

    test('fails as the commit of an upload does, and then makes nothing', async () => {
      const tree = await bench.tree()
      const { tenant } = tree
      await failsWith(commit(tree, { upload: { id: tenant.newUploadId() } }), 'upload-not-found')
      await failsWith(commit(tree, { upload: await tenant.begin() }), 'upload-empty')
      const late = await tree.uploaded('bytes')
      await failsWith(commit(tree, { upload: late, now: NOW + HOUR_MS }), 'upload-expired')
      const limited = await tenant.beginWith('bytes', { limits: { ...LIMITS, sizeMax: 4 } })
      await failsWith(commit(tree, { upload: limited }), 'body-too-large')
      const aborted = await tree.uploaded('bytes')
      await tenant.abort(aborted)
      await failsWith(commit(tree, { upload: aborted }), 'upload-closed', { state: 'aborted' })
      const changed = await tenant.beginWith('bytes')
      await failsWith(commit(tree, { upload: changed, ifVersion: changed.version + 1 }), 'upload-changed')
      assert.deepEqual(await tree.names(''), [])
      await commit(tree, { upload: changed, ifVersion: changed.version })
    })

    test('that finds no place leaves the upload as it was', async () => {
      const tree = await bench.tree()
      const file = await tree.write('f')
      const gone = await tree.makeDirectory('gone')
      await tree.remove('gone')
      const upload = await tree.uploaded('bytes')
      await failsWith(commit(tree, { upload }), 'name-conflict')
      for (const parent of [UNKNOWN_ID, file.id, gone.id]) {
        await failsWith(commit(tree, { upload, place: { parent, name: 'g' } }), 'directory-not-found')
      }
      const stranger = await bench.tree()
      const foreign = { parent: stranger.root, name: 'g' }
      await failsWith(commit(tree, { upload, place: foreign }), 'directory-not-found')
      assert.equal(await stateOf(tree, upload), 'open')
      assert.deepEqual((await commit(tree, { upload, conflict: 'rename' })).entry.path, ['f (1)'])
    })

    test('goes into a directory that is in the bin', async () => {
      const tree = await bench.tree()
      const below = await tree.makeDirectory('a/b')
      await tree.recycle('a')
      const upload = await tree.uploaded('bytes')
      const { entry } = await commit(tree, { upload, place: { parent: below.id, name: 'f' } })
      assert.equal(entry.path, null)
      assert.equal(entry.parent, below.id)
      assert.deepEqual(await tree.findById(entry.id), entry)
    })
  })
}

function repeating(open: OpenFacts): void {
  describe('repeating a commit', () => {
    const bench = sharedTrees(open)

    test('returns the first file, whatever the repetition asks for', async () => {
      const tree = await bench.tree()
      const upload = await tree.uploaded('bytes')
      const first = await commit(tree, { upload })
      for (const conflict of ['fail', 'rename', 'overwrite'] as const) {
        const again = {
          upload,
          conflict,
          place: { parent: UNKNOWN_ID, name: 'other' },
          now: NOW + 9 * HOUR_MS,
        }
        assert.deepEqual(await commit(tree, again), first)
      }
      assert.deepEqual(await tree.names(''), ['f'])
    })

    test('tells again that it replaced something', async () => {
      const tree = await bench.tree()
      await tree.write('f', 'old')
      const upload = await tree.uploaded('bytes')
      const first = await commit(tree, { upload, conflict: 'overwrite', now: NOW + 1 })
      assert.equal(first.isOverwritten, true)
      assert.deepEqual(await commit(tree, { upload }), first)
    })

    test('finds the file wherever it is now', async () => {
      const tree = await bench.tree()
      const two = await tree.beside('two')
      await tree.makeDirectory('a/b')
      const upload = await tree.uploaded('bytes')
      const { entry } = await commit(tree, { upload })
      await tree.move('f', 'a/b/g')
      assert.deepEqual((await commit(tree, { upload })).entry.path, ['a', 'b', 'g'])
      const to = { volume: two.volume, parent: two.root, name: 'h' }
      const move = { volume: tree.volume, id: entry.id, to, conflict: 'fail', now: NOW } as const
      const moved = await tree.facts.moveEntry(move)
      assert.deepEqual((await commit(tree, { upload })).entry, moved)
      await two.recycle('h')
      assert.equal((await commit(tree, { upload })).entry.path, null)
    })

    test('fails when the file was removed since', async () => {
      const tree = await bench.tree()
      const upload = await tree.uploaded('bytes')
      await commit(tree, { upload })
      await tree.remove('f')
      await failsWith(commit(tree, { upload }), 'object-not-found')
    })
  })
}

interface Made {
  readonly entry: Entry
  readonly isOverwritten: boolean
}
type Make = (tree: Tree, name: string, conflict?: ConflictPolicy) => Promise<Made>

const put =
  (whatOf: (tree: Tree) => Promise<Parameters<Tree['facts']['putEntry']>[0]['what']>): Make =>
  async (tree, name, conflict = 'fail') =>
    tree.facts.putEntry({
      ...{ volume: tree.volume, id: tree.tenant.newObjectId(), place: { parent: tree.root, name }, conflict },
      ...{ traits: NO_FIELDS, what: await whatOf(tree), now: NOW + 1 },
    })

/** Ways in which something that is no directory comes to be; none leaves anything else in the root. */
const WAYS: Readonly<Record<string, Make>> = {
  commit: async (tree, name, conflict = 'fail') =>
    commit(tree, {
      ...{ upload: await tree.uploaded('bytes'), place: { parent: tree.root, name }, conflict, now: NOW + 1 },
    }),
  'a link': put(async (tree) => ({ kind: 'link', target: tree.root })),
  'a virtual file': put(async () => ({ kind: 'virtual', size: 5, contentType: null })),
  'a copy': put(async (tree) => {
    const { volume } = tree
    const source = (await tree.find('sources/source')) ?? (await makeSource(tree))
    assert.ok(source.kind === 'file')
    return { kind: 'file', source: { volume, id: source.id, blob: source.content.blob }, contentType: null }
  }),
  'a move': async (tree, name, conflict = 'fail') => {
    const upload = await tree.uploaded('bytes')
    const { id: parent } = (await tree.find('sources')) ?? (await tree.makeDirectory('sources'))
    const moving = { parent, name: `moving-${upload.id}` }
    const { entry: source } = await commit(tree, { upload, place: moving })
    const isOverwritten = (await tree.find(name)) !== null && conflict === 'overwrite'
    const to = { volume: tree.volume, parent: tree.root, name }
    const command = { volume: tree.volume, id: source.id, to, conflict, now: NOW + 1 }
    return { entry: await tree.facts.moveEntry(command), isOverwritten }
  },
}

async function makeSource(tree: Tree): Promise<Entry> {
  await tree.makeDirectory('sources')
  return tree.write('sources/source', 'bytes')
}

function conflicts(name: string, make: Make, open: OpenFacts): void {
  describe(`a taken name, by ${name}`, () => {
    const bench = sharedTrees(open)

    test('fail: refuses, whatever has the name', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('d')
      await tree.virtual('v', 1)
      const first = await make(tree, 'f.txt')
      assert.equal(first.isOverwritten, false)
      for (const taken of ['d', 'v', 'f.txt']) await failsWith(make(tree, taken), 'name-conflict')
      assert.deepEqual(await tree.at('f.txt'), first.entry)
    })

    test('rename: numbers the name before its extension, and takes up numbers that became free', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('d.x')
      const names: string[] = []
      for (let made = 0; made < 4; made++) names.push((await make(tree, 'f.txt', 'rename')).entry.name)
      assert.deepEqual(names, ['f.txt', 'f (1).txt', 'f (2).txt', 'f (3).txt'])
      await tree.remove('f (2).txt')
      assert.equal((await make(tree, 'f.txt', 'rename')).entry.name, 'f (2).txt')
      assert.deepEqual((await make(tree, 'd.x', 'rename')).entry.path, ['d (1).x'])
    })

    test('rename: a number makes a name no longer than names may be', async () => {
      const tree = await bench.tree()
      const longest = `${'n'.repeat(NAME_LENGTH_MAX - 4)}.txt`
      await make(tree, longest)
      const { entry } = await make(tree, longest, 'rename')
      assert.equal(entry.name, `${'n'.repeat(NAME_LENGTH_MAX - 8)} (1).txt`)
      assert.deepEqual(await tree.at(entry.name), entry)
    })

    test('overwrite: never replaces a directory', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('d')
      await failsWith(make(tree, 'd', 'overwrite'), 'name-conflict')
      assert.equal((await make(tree, 'f', 'overwrite')).isOverwritten, false)
    })

    test('overwrite: replaces anything else', async () => {
      const tree = await bench.tree()
      const file = await tree.write('f')
      await tree.link('l', file.id)
      await tree.virtual('v', 1)
      for (const taken of ['f', 'l', 'v']) {
        const { entry, isOverwritten } = await make(tree, taken, 'overwrite')
        assert.equal(isOverwritten, true)
        assert.equal(entry.name, taken)
        assert.deepEqual(await tree.at(taken), entry)
      }
    })
  })

  describe(`numbers, by ${name}`, () => {
    const bench = sharedTrees(open)

    test('go on where very many are taken, and end somewhere', async () => {
      const tree = await bench.tree()
      const numbered = (number: number) => (number === 0 ? 'f.txt' : `f (${number}).txt`)
      for (let number = 0; number <= 100; number++) await tree.virtual(numbered(number), 1)
      assert.equal((await make(tree, 'f.txt', 'rename')).entry.name, 'f (101).txt')
      for (let number = 128; number <= 2 ** 20; number *= 2) await tree.virtual(numbered(number), 1)
      await failsWith(make(tree, 'f.txt', 'rename'), 'rename-exhausted')
    })
  })
}

function overwriting(open: OpenFacts): void {
  describe('overwriting', () => {
    const bench = freshTrees(open)

    test('by a commit keeps id and time of making, and makes the old bytes garbage', async () => {
      const tree = await bench.tree()
      const old = await tree.write('f', 1000, { attributes: { old: 1 } })
      const upload = await tree.uploaded(500)
      const traits = { attributes: { next: 1 }, localCreatedAt: NOW - 1, localModifiedAt: null }
      const next = await commit(tree, { upload, conflict: 'overwrite', traits, now: NOW + 5 })
      const { content } = next.entry
      assert.deepEqual(next, {
        entry: { ...old, ...traits, content, modifiedAt: NOW + 5, version: old.version + 1 },
        isOverwritten: true,
      })
      assert.equal(content.size, 500)
      const committed = await tree.tenant.findUpload(upload)
      assert.equal(committed?.state === 'committed' && committed.objectId, old.id)
      assert.equal((await garbageOf(bench.metadata)).length, 1)
      assert.equal((await liveOf(bench.metadata)).length, 1)
      const root = await tree.at('')
      assert.equal(root.kind === 'directory' && root.fileCount, 1)
    })

    test('a copy with its own bytes changes none', async () => {
      const tree = await bench.tree()
      const file = await tree.write('f', 1000)
      const copy = await tree.copyOf(file, 'f', 'overwrite')
      assert.equal(copy.id, file.id)
      assert.deepEqual(copy.kind === 'file' && copy.content, file.content)
      assert.deepEqual(await garbageOf(bench.metadata), [])
      await tree.remove('f')
      assert.equal((await garbageOf(bench.metadata)).length, 1)
    })

    test('by a move keeps the id of what was moved', async () => {
      const tree = await bench.tree()
      const old = await tree.write('old', 1000)
      const next = await tree.write('next', 500)
      const moved = await tree.move('next', 'old', 'overwrite')
      assert.equal(moved.id, next.id)
      assert.equal(await tree.findById(old.id), null)
      assert.deepEqual(await tree.names(''), ['old'])
      assert.equal((await garbageOf(bench.metadata)).length, 1)
    })
  })
}

function putting(open: OpenFacts): void {
  describe('putting', () => {
    const bench = freshTrees(open)

    test('makes links and virtual files', async () => {
      const tree = await bench.tree()
      const { id: parent } = await tree.makeDirectory('a')
      const base = { volume: tree.volume, parent, version: 1, createdAt: NOW + 3, modifiedAt: NOW + 3 }
      const traits = { attributes: { x: 1 }, localCreatedAt: NOW - 2, localModifiedAt: NOW - 1 }
      const putAs = (name: string, what: Parameters<Tree['facts']['putEntry']>[0]['what']) =>
        tree.facts.putEntry({
          ...{ volume: tree.volume, id: tree.tenant.newObjectId(), place: { parent, name }, traits, what },
          ...{ conflict: 'fail', now: NOW + 3 },
        })
      const link = await putAs('l', { kind: 'link', target: UNKNOWN_ID })
      assert.deepEqual(link.entry, {
        ...{ kind: 'link', id: link.entry.id, ...base, name: 'l', path: ['a', 'l'], ...traits },
        target: UNKNOWN_ID,
      })
      const virtual = await putAs('v', { kind: 'virtual', size: 7, contentType: 'a/b' })
      assert.deepEqual(virtual.entry, {
        ...{ kind: 'virtual', id: virtual.entry.id, ...base, name: 'v', path: ['a', 'v'], ...traits },
        ...{ size: 7, contentType: 'a/b' },
      })
      assert.deepEqual(await tree.at('a/l'), link.entry)
      assert.deepEqual(await tree.at('a/v'), virtual.entry)
    })

    test('a link leads to its target through every move', async () => {
      const tree = await bench.tree()
      const file = await tree.write('f')
      await tree.makeDirectory('a')
      await tree.link('a/l', file.id)
      await tree.move('f', 'a/g')
      await tree.move('a', 'b')
      const link = await tree.at('b/l')
      assert.ok(link.kind === 'link')
      assert.deepEqual((await tree.findById(link.target))?.path, ['b', 'g'])
    })

    test('a copy shares the bytes, which live as long as one of both', async () => {
      const tree = await bench.tree()
      const two = await tree.beside('two')
      const file = await tree.write('f', 1000, { contentType: 'a/b' })
      const copy = await two.copyOf(file, 'g')
      assert.ok(copy.kind === 'file')
      assert.notEqual(copy.id, file.id)
      assert.deepEqual(copy.content, file.content)
      assert.equal(copy.contentType, 'a/b')
      await tree.remove('f')
      assert.deepEqual(await garbageOf(bench.metadata), [])
      await two.remove('g')
      assert.equal((await garbageOf(bench.metadata)).length, 1)
    })

    test('a copy fails when the source is not there or has other bytes', async () => {
      const tree = await bench.tree()
      const stranger = await bench.tree()
      const file = await tree.write('f')
      const other = await tree.write('other')
      const directory = await tree.makeDirectory('d')
      await failsWith(tree.copyOf({ ...file, id: UNKNOWN_ID }, 'g'), 'entry-not-found')
      await failsWith(tree.copyOf({ ...file, content: other.content }, 'g'), 'entry-not-found')
      await failsWith(tree.copyOf({ ...file, id: directory.id }, 'g'), 'entry-not-found')
      const elsewhere = { ...file, volume: { ...tree.volume, volume: 'nowhere' } }
      await failsWith(tree.copyOf(elsewhere, 'g'), 'volume-not-found')
      await failsWith(stranger.copyOf(file, 'g'), 'volume-not-found')
      await failsWith(stranger.copyOf({ ...file, volume: stranger.volume }, 'g'), 'entry-not-found')
      assert.deepEqual(await tree.names(''), ['d', 'f', 'other'])
    })

    test('fails where the directory is not, or in the bin', async () => {
      const tree = await bench.tree()
      const file = await tree.write('f')
      const binned = await tree.makeDirectory('a/b')
      await tree.recycle('a')
      for (const parent of [UNKNOWN_ID, file.id, binned.id]) {
        const put = tree.facts.putEntry({
          ...{ volume: tree.volume, id: tree.tenant.newObjectId(), place: { parent, name: 'x' } },
          ...{ conflict: 'fail', traits: NO_FIELDS, now: NOW },
          what: { kind: 'link', target: file.id },
        })
        await failsWith(put, 'directory-not-found')
      }
    })
  })
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DirectoryEntry, Entry, EntryId } from '../../../src/core/model/trees.ts'
import type { CopyDirectory } from '../../../src/core/ports/commands/copies.ts'
import { garbageOf, HOUR_MS, liveOf, NOW } from '../metadata/tenant.ts'
import { failsWith, freshTrees, type OpenFacts, outcomeOf, sharedTrees } from './store.ts'
import { Tree, UNKNOWN_ID } from './tree.ts'

const TIMES = 12
const LATER = NOW + 5000
const WEEK_MS = 7 * 24 * HOUR_MS

/** What a copy is told, from path to path; `to` may be in another tree. */
async function copying(
  tree: Tree,
  from: string,
  path: string,
  { to = tree, conflict = 'fail' }: { readonly to?: Tree; readonly conflict?: 'fail' | 'rename' } = {},
): Promise<CopyDirectory> {
  const source = { volume: tree.volume, id: (await tree.at(from)).id }
  const target = { volume: to.volume, ...(await to.placeOf(path)) }
  return { source, to: target, conflict, id: tree.tenant.newObjectId(), now: LATER }
}

const copyAtOnce = async (...[tree, ...rest]: Parameters<typeof copying>) =>
  tree.facts.copyDirectory({ ...(await copying(tree, ...rest)), entriesMax: 1000 })

const step = (tree: Tree, id: EntryId, limit: number) =>
  tree.facts.continueCopy({ account: tree.volume.account, id, limit, now: LATER })

/** Goes on until the copy is there. */
async function finish(tree: Tree, id: EntryId, limit = 3): Promise<DirectoryEntry> {
  for (;;) {
    const directory = await step(tree, id, limit)
    if (directory !== null) return directory
  }
}

const copyInSteps = async (...[tree, ...rest]: Parameters<typeof copying>) => {
  const command = await copying(tree, ...rest)
  await tree.facts.beginCopy(command)
  return finish(tree, command.id)
}

async function removeAllDoomed(tree: Tree): Promise<void> {
  while ((await tree.facts.removeDoomed({ limit: 5, now: NOW })) > 0);
}

/** Both ways have to come to the same. */
const WAYS = { 'at once': copyAtOnce, 'in steps': copyInSteps } as const

/** Everything below a directory: kinds, sizes and blobs by path. */
async function contentsOf(tree: Tree, path: string): Promise<readonly string[]> {
  const { entries } = await tree.list({ path: path.split('/') })
  const lines: string[] = []
  for (const entry of entries) {
    lines.push(`${entry.name}: ${lineOf(entry)}`)
    if (entry.kind !== 'directory') continue
    const below = await contentsOf(tree, `${path}/${entry.name}`)
    lines.push(...below.map((line) => `${entry.name}/${line}`))
  }
  return lines
}

function lineOf(entry: Entry): string {
  const attributes = JSON.stringify(entry.attributes)
  switch (entry.kind) {
    case 'directory':
      return `${entry.fileCount} files, ${entry.directoryCount} directories ${attributes}`
    case 'file':
      return `${entry.content.blob} ${entry.content.size} ${entry.contentType} ${attributes}`
    case 'link':
      return `to ${entry.target} ${attributes}`
    case 'virtual':
      return `${entry.size} ${entry.contentType} ${attributes}`
  }
}

/** A directory `a` with some of everything in it. */
async function fill(tree: Tree): Promise<void> {
  await tree.makeDirectory('a/b/c')
  await tree.makeDirectory('a/empty')
  const file = await tree.write('a/f', 'file f', { attributes: { tag: [1] }, contentType: 'text/plain' })
  for (let index = 0; index < 7; index++) await tree.write(`a/b/g${index}`, 100 + index)
  await tree.copyOf(file, 'a/b/c/same')
  await tree.link('a/b/c/link', file.id)
  await tree.virtual('a/b/virtual', 1234)
}

export function copyContract(open: OpenFacts): void {
  copies(open)
  steps(open)
  changing(open)
  leaving(open)
  racing(open)
}

function copies(open: OpenFacts): void {
  for (const [name, copy] of Object.entries(WAYS)) {
    describe(`copying a directory ${name}`, () => {
      const bench = freshTrees(open)

      test('links all bytes and makes everything else anew', async () => {
        const tree = await bench.tree()
        await fill(tree)
        const [live, before] = [await liveOf(bench.metadata), await tree.usage()]
        const made = (await copy(tree, 'a', 'z')) ?? assert.fail()
        assert.deepEqual(made, await tree.at('z'))
        assert.deepEqual(made.path, ['z'])
        assert.deepEqual([made.createdAt, made.modifiedAt], [LATER, LATER])
        assert.deepEqual(await contentsOf(tree, 'z'), await contentsOf(tree, 'a'))
        assert.deepEqual(await liveOf(bench.metadata), live)
        const { bytes, files, directories } = await tree.usage()
        assert.deepEqual(
          [bytes, files, directories],
          [before.bytes * 2, before.files * 2, before.directories * 2],
        )
        const source = await tree.at('a/f')
        const copied = await tree.at('z/f')
        assert.notEqual(copied.id, source.id)
        assert.deepEqual(copied.attributes, source.attributes)
      })

      test('keeps bytes until the last of both is gone', async () => {
        const tree = await bench.tree()
        await fill(tree)
        await copy(tree, 'a', 'z')
        await tree.remove('a')
        await removeAllDoomed(tree)
        assert.deepEqual(await garbageOf(bench.metadata), [])
        assert.equal((await contentsOf(tree, 'z')).length, 14)
        await tree.remove('z')
        await removeAllDoomed(tree)
        assert.equal((await garbageOf(bench.metadata)).length, 7)
        assert.equal((await tree.usage()).bytes, 0)
      })

      test('goes into another volume, of another realm as well', async () => {
        const tree = await bench.tree()
        await fill(tree)
        const beside = await tree.beside('two')
        const elsewhere = await Tree.create(tree.facts, tree.tenant, 'other-realm', 'three')
        for (const to of [beside, elsewhere]) {
          const made = await copy(tree, 'a', 'z', { to })
          assert.deepEqual(made?.volume, to.volume)
          assert.deepEqual(await contentsOf(to, 'z'), await contentsOf(tree, 'a'))
          assert.equal((await to.usage()).bytes, (await tree.usage()).bytes)
        }
      })

      test('copies a directory into itself as it was before', async () => {
        const tree = await bench.tree()
        await fill(tree)
        const before = await contentsOf(tree, 'a')
        const made = await copy(tree, 'a', 'a/b/z')
        assert.deepEqual(made?.path, ['a', 'b', 'z'])
        assert.deepEqual(await contentsOf(tree, 'a/b/z'), before)
        await copy(tree, 'a/b', 'a/b/y')
        assert.equal(await tree.find('a/b/y/y'), null)
        assert.deepEqual(await contentsOf(tree, 'a/b/y/z'), before)
      })

      test('of a taken name fails, or takes a number', async () => {
        const tree = await bench.tree()
        await tree.makeDirectory('a.d/b')
        await tree.write('z')
        await failsWith(copy(tree, 'a.d', 'z'), 'name-conflict')
        await failsWith(copy(tree, 'a.d', 'a.d'), 'name-conflict')
        assert.deepEqual((await copy(tree, 'a.d', 'a.d', { conflict: 'rename' }))?.path, ['a.d (1)'])
        await removeAllDoomed(tree)
        assert.deepEqual(await tree.names(''), ['a.d', 'a.d (1)', 'z'])
        assert.equal((await tree.usage()).directories, 4)
      })

      test('finds no room over a quota, and leaves nothing', async () => {
        const tree = await bench.tree()
        await fill(tree)
        const to = await tree.beside('two')
        const { account, realm, volume } = to.volume
        const { bytes } = await tree.usage()
        const { id } = await tree.facts.createQuota({
          ...{ account, realm, volumes: [volume], capacity: bytes - 1, attributes: {} },
        })
        await failsWith(copy(tree, 'a', 'z', { to }), 'quota-exceeded', { limit: 'bytes' })
        await removeAllDoomed(tree)
        assert.deepEqual(await to.names(''), [])
        assert.deepEqual(await to.usage(), await (await tree.beside('empty')).usage())
        await tree.facts.updateQuota({ account, realm, id, capacity: bytes })
        await copy(tree, 'a', 'z', { to })
        assert.equal(await to.facts.roomOf(to.volume), 0)
      })
    })
  }

  describe('copying a directory', () => {
    const bench = sharedTrees(open)

    test('at once is refused when there is more than so many entries, and nothing happens', async () => {
      const tree = await bench.tree()
      await fill(tree)
      const before = await tree.usage()
      const command = await copying(tree, 'a', 'z')
      const entries = (await contentsOf(tree, 'a')).length + 1
      assert.equal(await tree.facts.copyDirectory({ ...command, entriesMax: entries - 1 }), null)
      assert.equal(await tree.find('z'), null)
      assert.deepEqual(await tree.usage(), before)
      assert.equal((await tree.facts.copyDirectory({ ...command, entriesMax: entries }))?.name, 'z')
    })

    test('begins with a directory that is there, of the same account, and no root', async () => {
      const [tree, stranger] = [await bench.tree(), await bench.tree()]
      await tree.makeDirectory('a')
      await tree.write('f')
      await stranger.makeDirectory('s')
      const { facts } = tree
      const command = await copying(tree, 'a', 'z')
      const foreign = await copying(stranger, 's', 'z')
      const file = (await tree.at('f')).id
      for (const begin of [
        (change: CopyDirectory) => facts.copyDirectory({ ...change, entriesMax: 10 }),
        (change: CopyDirectory) => facts.beginCopy(change),
      ]) {
        const from = (id: EntryId) => begin({ ...command, source: { volume: tree.volume, id } })
        await failsWith(from(UNKNOWN_ID), 'entry-not-found')
        await failsWith(from(file), 'entry-mismatch', { kind: 'file' })
        await failsWith(from(tree.root), 'entry-mismatch')
        await failsWith(from(foreign.source.id), 'entry-not-found')
        await failsWith(begin({ ...command, source: foreign.source }), 'volume-not-found')
        await failsWith(begin({ ...command, to: foreign.to }), 'volume-not-found')
        const into = (parent: EntryId) => begin({ ...command, to: { ...command.to, parent } })
        await failsWith(into(UNKNOWN_ID), 'directory-not-found')
        await failsWith(into(file), 'directory-not-found')
        const nowhere = { ...tree.volume, volume: 'nowhere' }
        await failsWith(begin({ ...command, to: { ...command.to, volume: nowhere } }), 'volume-not-found')
      }
      assert.deepEqual(await tree.names(''), ['a', 'f'])
    })
  })
}

function steps(open: OpenFacts): void {
  describe('a copy in steps', () => {
    const bench = sharedTrees(open)

    test('is nowhere to be seen before the last one', async () => {
      const tree = await bench.tree()
      await fill(tree)
      const command = await copying(tree, 'a', 'z')
      await tree.facts.beginCopy(command)
      let count = 0
      while ((await step(tree, command.id, 1)) === null) {
        count += 1
        assert.equal(await tree.find('z'), null)
        assert.deepEqual(await tree.names(''), ['a'])
        assert.equal((await tree.findById(command.id))?.path ?? null, null)
        const { entries } = await tree.facts.listFiles({
          ...{ volume: tree.volume, order: 'name', descending: false, after: null, limit: 100 },
        })
        assert.equal(entries.length, 11)
        assert.ok(count < 100)
      }
      assert.ok(count >= 13)
      assert.deepEqual(await contentsOf(tree, 'z'), await contentsOf(tree, 'a'))
    })

    test('goes on by another way, and after everything was opened anew', async () => {
      const tree = await bench.tree()
      await fill(tree)
      const command = await copying(tree, 'a', 'z')
      await tree.facts.beginCopy(command)
      const other = tree.through(await bench.store.another())
      for (let turn = 0; turn < 3; turn++) {
        assert.equal(await step(turn % 2 === 0 ? tree : other, command.id, 2), null)
      }
      const again = tree.through(await bench.store.reopen())
      await finish(again, command.id)
      assert.deepEqual(await contentsOf(again, 'z'), await contentsOf(again, 'a'))
    })
  })

  describe('the end of a copy in steps', () => {
    const bench = sharedTrees(open)

    test('is told again to who asks again', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      const command = await copying(tree, 'a', 'z')
      await tree.facts.beginCopy(command)
      const made = await finish(tree, command.id)
      assert.deepEqual(await step(tree, command.id, 3), made)
      await tree.remove('z')
      await failsWith(step(tree, command.id, 3), 'object-not-found')
    })

    test('does not come for a copy that is not there, or is another account’s', async () => {
      const [tree, stranger] = [await bench.tree(), await bench.tree()]
      await tree.makeDirectory('a')
      const command = await copying(tree, 'a', 'z')
      await failsWith(step(tree, command.id, 3), 'object-not-found')
      await tree.facts.beginCopy(command)
      await failsWith(step(stranger, command.id, 3), 'object-not-found')
      assert.equal((await finish(tree, command.id)).name, 'z')
      await failsWith(step(stranger, command.id, 3), 'object-not-found')
    })

    test('fails when the name was taken meanwhile, or takes a number', async () => {
      const tree = await bench.tree()
      await fill(tree)
      const before = await tree.usage()
      const failing = await copying(tree, 'a', 'z')
      const renaming = await copying(tree, 'a', 'z', { conflict: 'rename' })
      await tree.facts.beginCopy(failing)
      await tree.facts.beginCopy(renaming)
      await tree.makeDirectory('z')
      await failsWith(finish(tree, failing.id), 'name-conflict')
      await failsWith(step(tree, failing.id, 3), 'name-conflict')
      await removeAllDoomed(tree)
      assert.equal((await tree.usage()).bytes, before.bytes)
      assert.deepEqual((await finish(tree, renaming.id)).path, ['z (1)'])
    })

    test('fails when its place went meanwhile', async () => {
      const tree = await bench.tree()
      await fill(tree)
      const before = await tree.usage()
      await tree.makeDirectory('y')
      const command = await copying(tree, 'a', 'y/z')
      await tree.facts.beginCopy(command)
      await step(tree, command.id, 3)
      await tree.remove('y')
      await failsWith(finish(tree, command.id), 'directory-not-found')
      await removeAllDoomed(tree)
      assert.deepEqual(await tree.usage(), before)
      assert.equal(await tree.findById(command.id), null)
    })

    test('fails when its volume went meanwhile', async () => {
      const tree = await bench.tree()
      await fill(tree)
      const to = await tree.beside('two')
      const command = await copying(tree, 'a', 'z', { to })
      await tree.facts.beginCopy(command)
      await step(tree, command.id, 3)
      await tree.facts.deleteVolume({ ...to.volume, force: true, now: NOW })
      await failsWith(finish(tree, command.id), 'directory-not-found')
      await removeAllDoomed(tree)
      assert.deepEqual(await contentsOf(tree, 'a'), await contentsOf(tree, 'a'))
    })
  })
}

function changing(open: OpenFacts): void {
  describe('a copy in steps whose source changes', () => {
    const bench = freshTrees(open)

    test('ends without what was removed', async () => {
      const tree = await bench.tree()
      await fill(tree)
      const command = await copying(tree, 'a', 'z')
      await tree.facts.beginCopy(command)
      await step(tree, command.id, 1)
      await tree.remove('a')
      await removeAllDoomed(tree)
      const made = await finish(tree, command.id)
      assert.deepEqual(made.path, ['z'])
      await tree.remove('z')
      await removeAllDoomed(tree)
      assert.equal((await tree.usage()).bytes, 0)
    })

    test('has nothing twice that was renamed from before to behind', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      await tree.write('a/b/f')
      await tree.write('a/c')
      await tree.write('a/d')
      const command = await copying(tree, 'a', 'z')
      await tree.facts.beginCopy(command)
      await step(tree, command.id, 2)
      await tree.move('a/b', 'a/y')
      await tree.move('a/c', 'a/x')
      await finish(tree, command.id, 1)
      assert.equal((await contentsOf(tree, 'z')).length, 4)
      assert.equal((await tree.usage()).files, 6)
    })

    test('has nothing twice that was moved into a directory to come', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      await tree.makeDirectory('a/y/yy')
      await tree.write('a/b/f')
      const command = await copying(tree, 'a', 'z')
      await tree.facts.beginCopy(command)
      for (let turn = 0; turn < 100; turn++) {
        if ((await step(tree, command.id, 1)) !== null) break
        const [from, to] = turn % 2 === 0 ? ['a/b', 'a/y/yy/b'] : ['a/y/yy/b', 'a/b']
        await tree.move(from, to)
      }
      const lines = await contentsOf(tree, 'z')
      assert.ok(lines.filter((line) => /(^|\/)b: /.test(line)).length <= 1, lines.join())
      assert.ok(lines.filter((line) => /(^|\/)f: /.test(line)).length <= 1, lines.join())
    })

    test('has the new bytes of a file that was overwritten, or the old', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      for (let index = 0; index < 6; index++) await tree.write(`a/f${index}`, 10)
      const command = await copying(tree, 'a', 'z')
      await tree.facts.beginCopy(command)
      await step(tree, command.id, 3)
      for (let index = 0; index < 6; index++) await tree.write(`a/f${index}`, 20, { conflict: 'overwrite' })
      await finish(tree, command.id)
      assert.equal((await tree.names('z')).length, 6)
      const { files } = await tree.usage()
      assert.equal(files, 12)
    })

    test('that is copied into each other ends', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      await tree.makeDirectory('c/d')
      const [one, two] = [await copying(tree, 'a', 'c/x'), await copying(tree, 'c', 'a/y')]
      await tree.facts.beginCopy(one)
      await tree.facts.beginCopy(two)
      const made: (DirectoryEntry | null)[] = [null, null]
      for (let turn = 0; turn < 50; turn++) {
        made[0] ??= await step(tree, one.id, 1)
        made[1] ??= await step(tree, two.id, 1)
      }
      assert.deepEqual(
        made.map((directory) => directory?.path),
        [
          ['c', 'x'],
          ['a', 'y'],
        ],
      )
    })
  })
}

function leaving(open: OpenFacts): void {
  describe('a copy in steps that nobody goes on with', () => {
    const bench = freshTrees(open)
    const removeDoomedAt = async (tree: Tree, now: number) => {
      while ((await tree.facts.removeDoomed({ limit: 5, now })) > 0);
    }

    test('is kept for a week after its last step, then given up', async () => {
      const tree = await bench.tree()
      await fill(tree)
      const before = await tree.usage()
      const command = await copying(tree, 'a', 'z')
      await tree.facts.beginCopy(command)
      await step(tree, command.id, 5)
      await removeDoomedAt(tree, LATER + WEEK_MS)
      assert.ok((await tree.usage()).files > before.files)
      await removeDoomedAt(tree, LATER + WEEK_MS + 1)
      assert.deepEqual(await tree.usage(), before)
      await failsWith(finish(tree, command.id), 'object-not-found')
    })

    test('is forgotten in the end, as one that failed', async () => {
      const tree = await bench.tree()
      await fill(tree)
      const [left, failed] = [await copying(tree, 'a', 'y'), await copying(tree, 'a', 'z')]
      await tree.facts.beginCopy(left)
      await tree.facts.beginCopy(failed)
      await tree.makeDirectory('z')
      await failsWith(finish(tree, failed.id), 'name-conflict')
      for (let week = 1; week < 12; week++) await removeDoomedAt(tree, LATER + 2 * week * WEEK_MS)
      for (const { id } of [left, failed]) await failsWith(step(tree, id, 5), 'object-not-found')
    })
  })
}

function racing(open: OpenFacts): void {
  describe('races of copies', () => {
    const bench = freshTrees(open)

    test('with removing the source: bytes are linked or left out, never lost', async () => {
      const tree = await bench.tree()
      const other = tree.through(await bench.store.another())
      for (let round = 0; round < TIMES; round++) {
        await copyWhileItChanges(tree, other, round % 3 === 0 ? 'a' : 'a/f4')
        assert.equal((await tree.usage()).bytes, 0)
      }
    })

    test('with overwriting in the source: each file comes, with its old bytes or the new', async () => {
      const tree = await bench.tree()
      const other = tree.through(await bench.store.another())
      const to = await tree.beside('two')
      await tree.makeDirectory('a')
      const files = Array.from({ length: TIMES }, (_, index) => `f${10 + index}`)
      for (const file of files) await tree.write(`a/${file}`, 100)
      for (let round = 0; round < TIMES; round++) {
        const command = await copying(tree, 'a', `z${round}`, { to })
        const uploads = await Promise.all(files.map(() => other.uploaded(50)))
        await Promise.all([
          tree.facts.copyDirectory({ ...command, entriesMax: 100 }),
          ...files.map((file, index) =>
            other.place(`a/${file}`, uploads[index] ?? assert.fail(), { conflict: 'overwrite' }),
          ),
        ])
        assert.deepEqual(await to.names(`z${round}`), files)
      }
    })

    test('to go on with one copy make it once', async () => {
      const tree = await bench.tree()
      const other = tree.through(await bench.store.another())
      await fill(tree)
      const command = await copying(tree, 'a', 'z')
      await tree.facts.beginCopy(command)
      const made = await Promise.all([
        finish(tree, command.id, 2),
        finish(other, command.id, 2),
        finish(tree, command.id, 2),
      ])
      for (const directory of made) assert.deepEqual(directory, made[0])
      assert.deepEqual(await contentsOf(tree, 'z'), await contentsOf(tree, 'a'))
      assert.equal((await tree.usage()).files, 22)
    })

    test('for one name have one winner', async () => {
      const tree = await bench.tree()
      const other = tree.through(await bench.store.another())
      await tree.makeDirectory('a/b')
      const commands = await Promise.all(Array.from({ length: TIMES }, () => copying(tree, 'a', 'z')))
      const outcomes = await Promise.all(
        commands.map((command, index) =>
          outcomeOf((index % 2 === 0 ? tree : other).facts.copyDirectory({ ...command, entriesMax: 10 })),
        ),
      )
      assert.deepEqual(outcomes.toSorted(), [...Array(TIMES - 1).fill('name-conflict'), 'ok'])
      assert.equal((await tree.usage()).directories, 4)
    })
  })
}

/** Copies a directory while it, or some of it, is removed. Leaves nothing. */
async function copyWhileItChanges(tree: Tree, other: Tree, removed: string): Promise<void> {
  await tree.makeDirectory('a')
  for (let index = 0; index < 5; index++) await tree.write(`a/f${index}`, 100)
  const command = await copying(tree, 'a', 'z')
  // What is wanted of the directory may be gone already.
  await Promise.allSettled([
    tree.facts.copyDirectory({ ...command, entriesMax: 100 }),
    other.write('a/f3', 50, { conflict: 'overwrite' }),
    other.remove(removed),
    other.remove('a/f0'),
  ])
  await removeAllDoomed(tree)
  const lines = (await tree.find('z')) === null ? [] : await contentsOf(tree, 'z')
  if (removed !== 'a') assert.ok(lines.length >= 3, lines.join())
  for (const name of await tree.names('')) await tree.remove(name)
  await removeAllDoomed(tree)
}

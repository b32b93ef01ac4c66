import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../src/core/model/json.ts'
import type { Volume } from '../../../src/core/model/trees.ts'
import type { Facts } from '../../../src/core/ports/facts.ts'
import { commitFile } from '../commits.ts'
import { garbageOf, NOW } from '../metadata/tenant.ts'
import { failsWith, freshTrees, type OpenFacts, sharedTrees } from './store.ts'
import type { Tree } from './tree.ts'
import { bucketOf } from './tree.ts'

interface VolumeOptions {
  readonly owner?: string
  readonly attributes?: JsonObject
  readonly ifAbsent?: boolean
  readonly now?: number
}

/** Makes a volume beside a tree's own. */
const create = (tree: Tree, volume: string, options: VolumeOptions = {}): Promise<Volume> =>
  tree.facts.createVolume({
    ...{ volume: { ...tree.volume, volume }, bucket: bucketOf({ ...tree.volume, volume }) },
    ...{ root: tree.tenant.newObjectId(), owner: '', attributes: {} },
    ...{ ifAbsent: false, now: NOW, ...options },
  })

const realmOf = ({ volume: { account, realm } }: Tree) => ({ account, realm })

const listed = async (
  tree: Tree,
  change: Partial<Parameters<Facts['listVolumes']>[0]> = {},
): Promise<readonly string[]> => {
  const all = { after: '', prefix: '', owner: null, limit: 100 }
  const volumes = await tree.facts.listVolumes({ ...realmOf(tree), ...all, ...change })
  return volumes.map(({ volume }) => volume)
}

export function volumesContract(open: OpenFacts): void {
  describe('volumes', () => {
    const bench = sharedTrees(open)

    test('are made with an empty root and found again', async () => {
      const tree = await bench.tree()
      const made = await create(tree, 'v', { owner: 'me', attributes: { tag: [1, null] }, now: NOW + 5 })
      assert.deepEqual(made, {
        ...{ ...tree.volume, volume: 'v', root: made.root, owner: 'me' },
        ...{ attributes: { tag: [1, null] }, createdAt: NOW + 5 },
      })
      const address = { ...tree.volume, volume: 'v' }
      assert.deepEqual(await tree.facts.findVolume(address), made)
      const root = await tree.facts.findEntry({ volume: address, at: { path: [] } })
      assert.deepEqual(root, {
        ...{ kind: 'directory', id: made.root, volume: address, parent: null, name: '', path: [] },
        ...{ attributes: {}, createdAt: NOW + 5, modifiedAt: NOW + 5 },
        ...{ localCreatedAt: null, localModifiedAt: null, version: 1, fileCount: 0, directoryCount: 0 },
      })
      assert.deepEqual(await tree.facts.findEntry({ volume: address, at: { id: made.root } }), root)
    })

    test('are made once', async () => {
      const tree = await bench.tree()
      const made = await create(tree, 'v', { owner: 'first' })
      await failsWith(create(tree, 'v', { owner: 'second' }), 'name-conflict')
      assert.deepEqual(await create(tree, 'v', { owner: 'second', ifAbsent: true }), made)
      assert.deepEqual(await tree.facts.findVolume({ ...tree.volume, volume: 'v' }), made)
    })

    test('get new attributes in place of the old ones', async () => {
      const tree = await bench.tree()
      const made = await create(tree, 'v', { attributes: { old: 1 } })
      const address = { ...tree.volume, volume: 'v' }
      const changed = await tree.facts.updateVolume({ ...address, attributes: { next: 2 } })
      assert.deepEqual(changed, { ...made, attributes: { next: 2 } })
      assert.deepEqual(await tree.facts.findVolume(address), changed)
      const nowhere = { ...tree.volume, volume: 'w', attributes: {} }
      await failsWith(tree.facts.updateVolume(nowhere), 'volume-not-found')
    })

    test('are listed in the order of their names’ bytes, by owner, prefix and place', async () => {
      const tree = await bench.tree()
      for (const name of ['b', 'é', 'a', 'Z', 'ab', 'a\u{10ffff}']) {
        await create(tree, name, { owner: name === 'b' || name === 'ab' ? 'me' : '' })
      }
      const all = ['Z', 'a', 'ab', 'a\u{10ffff}', 'b', 'one', 'é']
      assert.deepEqual(await listed(tree), all)
      assert.deepEqual(await listed(tree, { after: 'ab', limit: 2 }), ['a\u{10ffff}', 'b'])
      assert.deepEqual(await listed(tree, { after: 'aa' }), all.slice(2))
      assert.deepEqual(await listed(tree, { prefix: 'a' }), ['a', 'ab', 'a\u{10ffff}'])
      assert.deepEqual(await listed(tree, { prefix: 'a', after: 'a' }), ['ab', 'a\u{10ffff}'])
      assert.deepEqual(await listed(tree, { prefix: 'a', after: 'b' }), [])
      assert.deepEqual(await listed(tree, { owner: 'me' }), ['ab', 'b'])
      assert.deepEqual(await listed(tree, { owner: 'me', prefix: 'b' }), ['b'])
      assert.equal(await tree.facts.countVolumes({ ...realmOf(tree), owner: null }), 7)
      assert.equal(await tree.facts.countVolumes({ ...realmOf(tree), owner: 'me' }), 2)
      assert.equal(await tree.facts.countVolumes({ ...realmOf(tree), realm: 'other', owner: null }), 0)
      assert.deepEqual(await listed(tree, { realm: 'other' }), [])
    })

    test('that are not there fail every command', async () => {
      const tree = await bench.tree()
      const volume = { ...tree.volume, volume: 'nowhere' }
      const id = tree.root
      const place = { parent: id, name: 'n' }
      const upload = await tree.uploaded('bytes')
      const { facts } = tree
      const traits = { attributes: {}, localCreatedAt: null, localModifiedAt: null }
      const conflict = 'fail' as const
      const list = {
        order: 'name',
        descending: false,
        directoriesFirst: true,
        only: null,
        prefix: '',
      } as const
      assert.equal(await facts.findVolume(volume), null)
      for (const command of [
        () => facts.deleteVolume({ ...volume, force: true, now: NOW }),
        () => facts.findEntry({ volume, at: { id } }),
        () => facts.findEntry({ volume, at: { path: [] } }),
        () =>
          facts.listEntries({
            ...{ volume, directory: { id }, ...list, afterName: null, after: null, offset: 0, limit: 1 },
          }),
        () => facts.makeDirectory({ volume, path: ['a'], ids: [id], conflict, traits, now: NOW }),
        () => facts.updateEntry({ volume, id, ifVersion: null, change: {} }),
        () =>
          commitFile(facts, {
            ...{ account: volume.account, upload, ifVersion: null, id, volume, place, conflict, traits },
            ...{ contentType: null, now: NOW },
          }),
        () =>
          facts.putEntry({
            volume,
            id,
            place,
            conflict,
            traits,
            what: { kind: 'link', target: id },
            now: NOW,
          }),
        () => facts.moveEntry({ volume, id, to: { volume: tree.volume, ...place }, conflict, now: NOW }),
        () => facts.moveEntry({ volume: tree.volume, id, to: { volume, ...place }, conflict, now: NOW }),
        () => facts.removeEntry({ volume, id, kind: null, bin: true, now: NOW }),
      ]) {
        await failsWith(command(), 'volume-not-found')
      }
      assert.equal((await tree.tenant.findUpload(upload))?.state, 'open')
    })
  })

  describe('deleting a volume', () => {
    const bench = freshTrees(open)
    const deleteVolume = (tree: Tree, force: boolean) =>
      tree.facts.deleteVolume({ ...tree.volume, force, now: NOW })

    test('takes an empty one away, and its name is free', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      await tree.remove('a')
      await deleteVolume(tree, false)
      assert.equal(await tree.facts.findVolume(tree.volume), null)
      assert.deepEqual(await listed(tree), [])
      await failsWith(deleteVolume(tree, true), 'volume-not-found')
      const next = await create(tree, 'one')
      assert.notEqual(next.root, tree.root)
      assert.equal(await tree.facts.findEntry({ volume: tree.volume, at: { id: tree.root } }), null)
    })

    test('refuses one with something in it or its bin, unless told to', async () => {
      const tree = await bench.tree()
      await tree.write('f', 1000)
      await failsWith(deleteVolume(tree, false), 'volume-not-empty')
      await tree.recycle('f')
      await failsWith(deleteVolume(tree, false), 'volume-not-empty')
      await deleteVolume(tree, true)
      assert.equal(await tree.facts.findVolume(tree.volume), null)
      assert.equal((await garbageOf(bench.metadata)).length, 1)
    })

    test('leaves other volumes and shared bytes alone', async () => {
      const tree = await bench.tree()
      const two = await tree.beside('two')
      const file = await tree.write('f', 1000)
      await two.copyOf(file, 'g')
      await deleteVolume(tree, true)
      assert.deepEqual(await garbageOf(bench.metadata), [])
      assert.equal((await two.at('g')).kind, 'file')
      await deleteVolume(two, true)
      assert.equal((await garbageOf(bench.metadata)).length, 1)
    })
  })
}

/** Volumes that take several steps to go. */
export function fullVolumesContract(open: OpenFacts): void {
  describe('deleting a volume', () => {
    const bench = freshTrees(open)
    const removeDoomed = (limit: number) => bench.metadata.removeDoomed({ limit, now: NOW })

    test('of very many entries is done at once for who looks, and the rest goes in steps', async () => {
      const tree = await bench.tree()
      for (let directory = 0; directory < 5; directory++) {
        await tree.makeDirectory(`d${directory}/e`)
        await Promise.all(
          Array.from({ length: 60 }, (_, file) => tree.virtual(`d${directory}/e/f${file}`, 1)),
        )
      }
      await tree.write('d0/e/bytes', 1000)
      await tree.recycle('d4')
      await tree.facts.deleteVolume({ ...tree.volume, force: true, now: NOW })
      assert.equal(await tree.facts.findVolume(tree.volume), null)
      await create(tree, 'one')
      assert.deepEqual(await tree.names(''), [])
      let gone = 0
      for (let step = await removeDoomed(40); step > 0; step = await removeDoomed(40)) {
        assert.ok(step <= 40)
        gone += step
      }
      assert.ok(gone > 80, `${gone}`)
      assert.equal(await removeDoomed(40), 0)
      assert.equal((await garbageOf(bench.metadata)).length, 1)
    })
  })
}

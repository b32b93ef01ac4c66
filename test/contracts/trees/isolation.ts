import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CommitFile, commitFile } from '../commits.ts'
import { NOW } from '../metadata/tenant.ts'
import { failsWith, type OpenFacts, sharedTrees, type TreeBench } from './store.ts'
import { NO_FIELDS, Tree } from './tree.ts'

/** Who has no business in a volume. */
const STRANGERS: Readonly<Record<string, (bench: TreeBench, owner: Tree) => Promise<Tree>>> = {
  'another account, with a realm and volume of the same names': (bench) => bench.tree(),
  'another realm, with a volume of the same name': (_, { facts, tenant, volume }) =>
    Tree.create(facts, tenant, 'other', volume.volume),
  'another volume of the realm': (_, owner) => owner.beside('other'),
}

export function isolationContract(open: OpenFacts): void {
  for (const [name, strangerOf] of Object.entries(STRANGERS)) {
    describe(`a volume, from ${name}`, () => {
      const bench = sharedTrees(open)

      test('is not seen', async () => {
        const tree = await bench.tree()
        const stranger = await strangerOf(bench, tree)
        const directory = await tree.makeDirectory('a')
        const file = await tree.write('a/f')
        for (const { id } of [await tree.at(''), directory, file]) {
          assert.equal(await stranger.findById(id), null)
          await failsWith(stranger.list({ id }), 'directory-not-found')
        }
        assert.equal(await stranger.find('a'), null)
        assert.deepEqual(await stranger.names(''), [])
      })

      test('is not changed', async () => {
        const tree = await bench.tree()
        const stranger = await strangerOf(bench, tree)
        const { volume, facts, tenant } = stranger
        const { id: parent } = await tree.makeDirectory('a')
        const file = await tree.write('a/f')
        const own = await stranger.write('own')
        const common = { volume, conflict: 'overwrite' as const, now: NOW }
        const there = { parent, name: 'f' }
        const here = { volume, parent: stranger.root, name: 'x' }
        for (const id of [parent, file.id]) {
          const update = { volume, id, ifVersion: null, change: NO_FIELDS }
          await failsWith(facts.updateEntry(update), 'entry-not-found')
          await failsWith(facts.moveEntry({ ...common, id, to: here }), 'entry-not-found')
          for (const bin of [true, false]) {
            await failsWith(facts.removeEntry({ volume, id, kind: null, bin, now: NOW }), 'entry-not-found')
          }
        }
        const to = { volume, ...there }
        await failsWith(facts.moveEntry({ ...common, id: own.id, to }), 'directory-not-found')
        const what = { kind: 'link' as const, target: own.id }
        const put = { ...common, id: tenant.newObjectId(), place: there, traits: NO_FIELDS, what }
        await failsWith(facts.putEntry(put), 'directory-not-found')
        const commit: CommitFile = {
          ...{ ...common, account: volume.account, upload: await stranger.uploaded('x'), ifVersion: null },
          ...{ id: tenant.newObjectId(), place: there, contentType: null, traits: NO_FIELDS },
        }
        await failsWith(commitFile(facts, commit), 'directory-not-found')
        await facts.deleteVolume({ ...volume, force: true, now: NOW })
        assert.deepEqual(await tree.at('a/f'), file)
      })
    })
  }

  describe('an upload', () => {
    const bench = sharedTrees(open)

    test('of another account is not committed', async () => {
      const tree = await bench.tree()
      const stranger = await bench.tree()
      const upload = await tree.uploaded('bytes')
      const commit: CommitFile = {
        ...{ account: stranger.volume.account, upload, ifVersion: null, id: tree.tenant.newObjectId() },
        ...{ volume: stranger.volume, place: { parent: stranger.root, name: 'f' }, traits: NO_FIELDS },
        ...{ conflict: 'fail', contentType: null, now: NOW },
      }
      await failsWith(commitFile(stranger.facts, commit), 'upload-not-found')
      assert.equal((await tree.tenant.findUpload(upload))?.state, 'open')
    })
  })
}

import type { EntryOrder } from '../../../src/core/model/trees.ts'
import type { Facts } from '../../../src/core/ports/facts.ts'
import { seededRandom } from '../metadata/random.ts'
import { NOW, Tenant } from '../metadata/tenant.ts'
import { commit } from './files.ts'
import { Tree, UNKNOWN_ID } from './tree.ts'

/** Runs every command on volumes and entries, in every form that has statements of its own. */
export async function useEntries(facts: Facts): Promise<void> {
  const tree = await Tree.create(
    facts,
    new Tenant(facts, 'account-of-entries', seededRandom(3)),
    'realm',
    'one',
  )
  await useVolumes(tree)
  await usePlaces(tree)
  await useLists(tree)
  await tree.remove('a')
  await facts.removeDoomed({ limit: 10, now: NOW })
  await facts.deleteVolume({ ...tree.volume, force: true, now: NOW })
}

async function useVolumes(tree: Tree): Promise<void> {
  const { facts, volume } = tree
  const { account, realm } = volume
  for (const owner of [null, 'me']) {
    await facts.countVolumes({ account, realm, owner })
    for (const prefix of ['', 'o']) {
      for (const after of ['', 'one'])
        await facts.listVolumes({ account, realm, owner, prefix, after, limit: 9 })
    }
  }
  await facts.updateVolume({ ...volume, attributes: {} })
  await facts.deleteVolume({ ...(await tree.beside('gone')).volume, force: false, now: NOW })
}

async function usePlaces(tree: Tree): Promise<void> {
  const two = await tree.beside('two')
  await tree.makeDirectory('a/b/c')
  const file = await tree.write('a/f')
  const upload = await tree.uploaded('bytes')
  for (let time = 0; time < 2; time++) await commit(tree, { upload, conflict: 'overwrite' })
  await tree.write('a/f', 'more', { conflict: 'rename' })
  for (let number = 2; number < 70; number++) await tree.virtual(`a/f (${number})`, 1)
  await tree.write('a/f', 'more', { conflict: 'rename' })
  await tree.copyOf(file, 'copy')
  await tree.link('l', UNKNOWN_ID)
  await tree.move('l', 'copy', 'overwrite')
  await tree.facts.updateEntry({ volume: tree.volume, id: file.id, ifVersion: null, change: {} })
  const to = { volume: two.volume, parent: two.root, name: 'f' }
  await tree.facts.moveEntry({ volume: tree.volume, id: file.id, to, conflict: 'fail', now: NOW })
  await tree.recycle('copy')
  await tree.recycle('a/b')
  await two.remove('f')
}

const ORDERS: readonly EntryOrder[] = ['name', 'modified', 'size', 'created', 'local-created']

/** Every order, direction and grouping. */
function* shapes() {
  for (const order of ORDERS) {
    for (const descending of [false, true]) {
      for (const directoriesFirst of [false, true]) {
        for (const only of [null, 'directories', 'others'] as const) {
          yield { order, descending, directoriesFirst, only }
        }
      }
    }
  }
}

async function useLists(tree: Tree): Promise<void> {
  for (const shape of shapes()) {
    const { next } = await tree.list({ path: [] }, { ...shape, limit: 1 })
    const value = shape.order === 'name' ? 'a' : NOW
    for (const after of [{ group: 'all', value, id: UNKNOWN_ID } as const, next]) {
      await tree.list({ id: tree.root }, { ...shape, after })
    }
    for (const prefix of ['', 'a']) await tree.list({ path: ['a'] }, { ...shape, offset: 3, prefix })
  }
  for (const descending of [false, true]) await tree.list({ path: [] }, { descending, afterName: 'a' })
}

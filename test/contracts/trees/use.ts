import type { EntryOrder } from '../../../src/core/model/trees.ts'
import type { Facts } from '../../../src/core/ports/facts.ts'
import { seededRandom } from '../metadata/random.ts'
import { outcomeOf } from '../metadata/store.ts'
import { HOUR_MS, NOW, Tenant } from '../metadata/tenant.ts'
import { Tree } from './tree.ts'

const ORDERS: readonly EntryOrder[] = ['name', 'modified', 'size', 'created', 'local-created']
const MEBIBYTE = 1_048_576

/** Runs every command of bins, quotas, copies and measures, in every form that has statements of its own. */
export async function useBinsAndCopies(facts: Facts): Promise<void> {
  const tenant = new Tenant(facts, 'bins', seededRandom(2))
  const tree = await Tree.create(facts, tenant, 'realm', 'one')
  await tree.makeDirectory('a/b')
  const file = await tree.write('a/b/f', MEBIBYTE)
  await tree.write('a/g')
  await useMeasures(tree)
  await useBin(tree)
  await useQuotas(tree)
  await useCopies(tree)
  const { account, realm } = tree.volume
  await facts.setFingerprint({ blob: file.content.blob, beginning: 'a', full: null })
  const ofSize = { account, realm, size: MEBIBYTE, limit: 10 }
  await facts.filesOfSize({ ...ofSize, volumes: null })
  await facts.filesOfSize({ ...ofSize, volumes: ['one', 'two'] })
}

async function useMeasures({ facts, volume, root }: Tree): Promise<void> {
  const { account, realm } = volume
  await facts.volumeUsage(volume)
  await facts.realmBytes({ account, realm })
  await facts.setRealmSettings({ account, realm, attributes: {}, now: NOW })
  await facts.realmSettings({ account, realm })
  await facts.measureDirectory({ volume, id: root })
  for (const order of ORDERS) {
    for (const descending of [false, true]) {
      const query = { volume, order, descending, limit: 1 }
      const { next } = await facts.listFiles({ ...query, after: null })
      await facts.listFiles({ ...query, after: next })
    }
  }
}

async function useBin(tree: Tree): Promise<void> {
  const { facts, volume } = tree
  const { account, realm } = volume
  const id = await tree.recycle('a')
  await facts.findRecycled({ volume, id })
  for (const order of ['name', 'modified', 'size', 'removed'] as const) {
    for (const descending of [false, true]) {
      for (const after of [null, { value: order === 'name' ? '' : 0, id: 0 }]) {
        await facts.listRecycled({ volume, order, descending, after, offset: 0, limit: 10 })
      }
    }
  }
  const restoring = { volume, conflict: 'overwrite', fallbackToRoot: false, now: NOW } as const
  await facts.restoreRecycled({ ...restoring, id })
  const file = await tree.recycle('a/g')
  await tree.write('a/g')
  await facts.restoreRecycled({ ...restoring, id: file })
  await facts.removeRecycled({ volume, id: await tree.recycle('a/g'), now: NOW })
  await tree.write('h')
  await tree.recycle('h')
  await facts.findVolume(volume)
  const held = await tree.at('a/b/f')
  for (const by of [1, -1] as const) await facts.holdEntry({ volume, id: held.id, by })
  await facts.expireRecycled({ account, realm, before: NOW + HOUR_MS, limit: 10, now: NOW })
  await tree.write('h')
  await tree.recycle('h')
  await facts.emptyBin({ volume, now: NOW })
}

async function useQuotas(tree: Tree): Promise<void> {
  const { facts, volume } = tree
  const { account, realm } = volume
  const volumes = [volume.volume]
  const { id } = await facts.createQuota({ account, realm, volumes, capacity: MEBIBYTE * 8, attributes: {} })
  await facts.findQuota({ account, realm, id })
  await facts.findQuota({ account, realm, volume: volume.volume })
  await facts.updateQuota({ account, realm, id, capacity: MEBIBYTE * 9 })
  await facts.roomOf(volume)
  await tree.write('i')
}

async function useCopies(tree: Tree): Promise<void> {
  const { facts, tenant, volume, root } = tree
  const source = { volume, id: (await tree.at('a')).id }
  const to = { volume, parent: root, name: 'z' }
  const copy = { source, to, conflict: 'rename', now: NOW } as const
  await facts.copyDirectory({ ...copy, id: tenant.newObjectId(), entriesMax: 100 })
  const id = tenant.newObjectId()
  await facts.beginCopy({ ...copy, id })
  const going = { account: volume.account, id, limit: 1, now: NOW }
  while ((await facts.continueCopy(going)) === null);
  await facts.continueCopy(going)
  const left = tenant.newObjectId()
  await facts.beginCopy({ ...copy, id: left })
  for (let week = 1; week < 5; week++) {
    await facts.removeDoomed({ limit: 10, now: NOW + week * 8 * 24 * HOUR_MS })
    await outcomeOf(facts.continueCopy({ ...going, id: left }))
  }
}

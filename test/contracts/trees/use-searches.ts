import type { EntryCriteria, SearchMarker, SearchOrder } from '../../../src/core/model/tree-search.ts'
import type { Facts } from '../../../src/core/ports/facts.ts'
import { seededRandom } from '../metadata/random.ts'
import { NOW, Tenant } from '../metadata/tenant.ts'
import { searchOf } from './search-model.ts'
import { Tree, UNKNOWN_ID } from './tree.ts'

const ORDERS: readonly SearchOrder[] = [
  'name',
  'modified',
  'size',
  'created',
  'local-created',
  'local-modified',
]

/** Criteria that lead to entries in different ways. */
const CRITERIA: readonly Partial<EntryCriteria>[] = [
  {},
  { keywords: ['name', '报告'] },
  { keywords: ['n'] },
  { extensions: ['txt'] },
  { attributes: [{ name: 'tags', anyOf: ['x'] }] },
  { sizeMin: 1 },
  { modifiedFrom: NOW },
  { under: { path: ['a'] } },
]

/** Runs every command of searches, in every form that has statements of its own. */
export async function useTreeSearches(facts: Facts): Promise<void> {
  const tenant = new Tenant(facts, 'account-of-searches', seededRandom(4))
  const tree = await Tree.create(facts, tenant, 'realm', 'one')
  await tree.makeDirectory('a/b')
  await tree.write('a/name 报告.txt', 'bytes', { attributes: { tags: ['x'] } })
  await search(tree)
  await facts.indexEntries({ limit: 1000 })
  await tree.move('a/name 报告.txt', 'a/other.md')
  await facts.indexEntries({ limit: 1000 })
  await search(tree)
  await tree.remove('a')
  await facts.indexEntries({ limit: 1000 })
  const at = { volume: tree.volume, id: UNKNOWN_ID }
  for (let time = 0; time < 2; time++) {
    await facts.saveSearch({ ...at, state: {}, expiresAt: NOW + 1, searchesMax: 0 })
  }
  await facts.findSearch({ ...at, now: NOW })
  await facts.deleteSearch({ ...at, now: NOW })
  await facts.expireSearches({ now: NOW, limit: 10 })
}

async function search(tree: Tree): Promise<void> {
  for (const criteria of CRITERIA) {
    for (const order of ORDERS) {
      for (const descending of [false, true]) {
        const value = order === 'name' ? 'a' : NOW
        const marker: SearchMarker = { matches: 0, value, id: UNKNOWN_ID }
        for (const after of [null, marker]) {
          const wanted = searchOf({ ...criteria, order, descending })
          await tree.facts.searchEntries({ volume: tree.volume, ...wanted, after })
        }
      }
    }
  }
}

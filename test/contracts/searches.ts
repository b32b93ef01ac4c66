import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ObjectId } from '../../src/core/ids.ts'
import type { SearchObjects } from '../../src/core/ports/commands/catalog.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import type { Amounts } from './amounts.ts'
import { newSeed, type SeededRandom, seededRandom } from './metadata/random.ts'
import { BUCKET, NOW, Tenant, TRAITS } from './metadata/tenant.ts'
import { freshTrees, type OpenFacts } from './trees/store.ts'

/** More than labels are counted to at first, so that counting goes on. */

/** Labels and how many objects of a hundred have them. Those of one letter exclude each other. */
const SHARES: Readonly<Record<string, number>> = { every: 100, most: 90, some: 30, few: 5, rare: 1 }
const EXCLUSIVE = ['a', 'b', 'c', 'd'] as const
const LABELS = [...Object.keys(SHARES), ...EXCLUSIVE, 'none']
const STATUSES = ['new', 'new ', 'old', 'gone'] as const
const KINDS = ['x', 'y', 'z'] as const
const WORDS = ['red', 'green', 'blue', '100%', 'Größe'] as const

interface Known {
  readonly id: ObjectId
  readonly key: string
  readonly labels: readonly string[]
  readonly status: string
  readonly kind: string
  readonly text: string
  readonly createdAt: number
}

/** Searches over many objects, beside the plainest code that says the same. */
export function searchesContract(
  name: string,
  open: OpenFacts,
  count: Pick<Amounts, 'objects' | 'searches'>,
): void {
  describe(`searches contract: ${name}`, () => {
    const bench = freshTrees(open)

    test('searches find what a look at every object finds', async (t) => {
      const seed = newSeed()
      t.diagnostic(`TEST_SEED=${seed}`)
      const random = seededRandom(seed)
      const tenant = new Tenant(bench.metadata, 'one', random)
      const all = await Promise.all(Array.from({ length: count.objects }, () => put(tenant, random)))
      for (let at = 0; at < count.searches; at++) {
        const query = { account: tenant.account, bucket: BUCKET, ...randomQuery(random, all) }
        const { objects, total } = await bench.metadata.searchObjects(query)
        assert.deepEqual(
          { keys: objects.map(({ key }) => key), total },
          expected(query, all),
          JSON.stringify(query),
        )
      }
    })
  })
}

async function put(tenant: Tenant, random: SeededRandom): Promise<Known> {
  const shared = Object.entries(SHARES).flatMap(([label, share]) =>
    random.below(100) < share ? [label] : [],
  )
  const labels = [...shared, random.pick(EXCLUSIVE)]
  const text = `${random.pick(WORDS)} ${random.pick(WORDS)}`
  const createdAt = NOW + random.below(500)
  const [status, kind] = [random.pick(STATUSES), random.pick(KINDS)]
  const traits = { ...TRAITS, status: random.pick(STATUSES), kind }
  const { id, key } = await tenant.put({ index: { labels, text }, now: createdAt, traits })
  // Searches go by what an object is last, whether or not its index comes with the change.
  await tenant.update(
    { id },
    { change: { status }, ...(random.below(2) === 0 ? {} : { index: { labels, text } }) },
  )
  return { id, key, labels, status, kind, text: text.toLowerCase(), createdAt }
}

function randomQuery(random: SeededRandom, all: readonly Known[]): Omit<SearchObjects, 'account' | 'bucket'> {
  const maybe = <Value>(share: number, value: () => Value): Value | null =>
    random.below(100) < share ? value() : null
  const some = <Item>(items: readonly Item[], max: number) =>
    random.shuffled(items).slice(0, random.below(max + 1))
  return {
    keys: maybe(15, () => some(all, 10).map(({ key }) => key)),
    labels: Array.from({ length: random.below(4) }, () => some(LABELS, 4)),
    statuses: maybe(30, () => some(STATUSES, 3)),
    kinds: maybe(30, () => some(KINDS, 3)),
    keyword: maybe(20, () => ({ text: random.pick(WORDS), orLabels: some(LABELS, 2) })),
    createdFrom: maybe(20, () => NOW + random.below(300)),
    createdUntil: maybe(20, () => NOW + 200 + random.below(300)),
    order: random.pick(['newest-first', 'oldest-first']),
    limit: 1 + random.below(100),
    offset: random.pick([0, 0, random.below(50), random.below(1200)]),
    countMax: random.pick([20, 100, 500, 20_000]),
  }
}

function expected(query: Omit<SearchObjects, 'account' | 'bucket'>, all: readonly Known[]) {
  const {
    keys,
    labels,
    statuses,
    kinds,
    keyword,
    createdFrom,
    createdUntil,
    order,
    limit,
    offset,
    countMax,
  } = query
  const hasOne = (known: Known, group: readonly string[]) =>
    group.some((label) => known.labels.includes(label))
  const found = all.filter(
    (known) =>
      (keys === null || keys.includes(known.key)) &&
      labels.every((group) => hasOne(known, group)) &&
      (statuses === null || statuses.includes(known.status)) &&
      (kinds === null || kinds.includes(known.kind)) &&
      (keyword === null ||
        known.text.includes(keyword.text.toLowerCase()) ||
        hasOne(known, keyword.orLabels)) &&
      (createdFrom === null || known.createdAt >= createdFrom) &&
      (createdUntil === null || known.createdAt <= createdUntil),
  )
  const sign = order === 'newest-first' ? -1 : 1
  const sorted = found.sort((a, b) => sign * (a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)))
  const total = Math.min(found.length, countMax)
  return { keys: sorted.slice(offset, offset + limit).map(({ key }) => key), total }
}

/** Runs searches in every form that has statements of its own. */
export async function useSearches(metadata: Facts): Promise<void> {
  const tenant = new Tenant(metadata, 'searches', seededRandom(2))
  for (let at = 0; at < 510; at++) {
    await tenant.put({ key: `key-${at}`, index: { labels: ['a', 'b'], text: 'text' } })
  }
  await tenant.update({ bucket: BUCKET, key: 'key-1' }, { index: { labels: [], text: '' } })
  const { account } = tenant
  const asked = [[], [['a']], [['a', 'b', 'c']], [['a'], ['b', 'c']], [['a', 'c'], ['b']]]
  const keywords = [null, { text: 't', orLabels: [] }, { text: 't', orLabels: ['b'] }]
  const page = { bucket: BUCKET, keys: null, limit: 10, offset: 0, countMax: 1000 }
  for (const labels of asked) {
    for (const keyword of keywords) {
      for (const values of [null, ['ready'], ['ready', 'other']]) {
        for (const end of [null, NOW]) {
          for (const order of ['newest-first', 'oldest-first'] as const) {
            const own = { statuses: values, kinds: values, createdFrom: end, createdUntil: end }
            await metadata.searchObjects({ account, ...page, ...own, labels, keyword, order })
          }
        }
      }
    }
  }
  await metadata.searchObjects({
    ...{ account: tenant.account, bucket: BUCKET, keys: ['key-1', 'key-2'], labels: [['a']], keyword: null },
    ...{ statuses: ['ready'], kinds: null },
    ...{ createdFrom: null, createdUntil: null, order: 'newest-first', limit: 10, offset: 0, countMax: 1000 },
  })
}

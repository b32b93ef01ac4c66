import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BucketName, bucketName, type KeyPage, userBucket } from '../../src/core/model/buckets.ts'
import type { ListKeys } from '../../src/core/ports/commands/buckets.ts'
import { newSeed, type SeededRandom, seededRandom } from './metadata/random.ts'
import { failsWith } from './metadata/store.ts'
import { Tenant, TRAITS } from './metadata/tenant.ts'
import { type OpenFacts, sharedTrees, type TreeBench } from './trees/store.ts'
import { bucketOf, type Tree } from './trees/tree.ts'

/** U+FF00 stands before U+1D4B3 in UTF-8, and after it in UTF-16. */
const PIECES: readonly string[] = [
  ...['a', 'b', 'ab', 'A', '-', '.', '0', '%', '%2F', ' ', '\u0001', '\u007f', 'é', 'e\u0301'],
  ...['\uff00', '\u{1d4b3}', '\u{1f600}', '歌'],
]
const DELIMITERS: readonly (string | null)[] = [null, '/', '/', '/', '-', 'a', '//', '\u{1f600}', '%2F']
const ROUNDS = 150

/** What S3 lists of these keys: keys and common prefixes in the order of their bytes, those behind the marker. */
function expected(keys: readonly string[], query: Omit<ListKeys, 'account' | 'bucket'>) {
  const { prefix, delimiter, after, limit } = query
  const shown = keys.flatMap((key) => {
    if (!key.startsWith(prefix)) return []
    const at = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length)
    return at < 0 ? [key] : [`prefix ${key.slice(0, at + (delimiter ?? '').length)}`]
  })
  const textOf = (entry: string) => entry.replace(/^prefix /, '')
  const left = [...new Set(shown)]
    .filter((entry) => after === '' || compare(textOf(entry), after) > 0)
    .sort((a, b) => compare(textOf(a), textOf(b)))
  const last = left[limit - 1]
  return { entries: left.slice(0, limit), next: left.length > limit && last ? textOf(last) : null }
}

const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const textsOf = ({ entries, next }: KeyPage) => ({
  entries: entries.map((entry) => (entry.kind === 'object' ? entry.key : `prefix ${entry.prefix}`)),
  next,
})

let accounts = 0

/** Lists of keys as S3 has them, of both shapes. `open` gives an empty store each time. */
export function keyListsContract(name: string, open: OpenFacts): void {
  describe(`key lists contract: ${name}`, () => {
    const bench = sharedTrees(open)

    test('a flat bucket is listed as S3 does, whatever its keys', async (t) => {
      const { random, tenant } = begin(bench, t.diagnostic.bind(t))
      const bucket = bucketName('test', 'flat')
      const keys = new Set(Array.from({ length: 250 }, () => keyOf(random)))
      for (const key of keys) await tenant.put({ bucket, key, staged: tenant.inline('bytes') })
      await tenant.put({ bucket, key: 'a/announced', staged: null })
      await compareAll(tenant, bucket, [...keys], random)
    })

    test('a tree is listed by its paths, with empty directories as keys', async (t) => {
      const { random, tenant: strangers } = begin(bench, t.diagnostic.bind(t))
      const tree = await bench.tree()
      await strangers.put({ bucket: bucketName('test', 'flat'), key: 'not mine' })
      const keys = await plant(tree, random)
      await compareAll(tree.tenant, bucketOf(tree.volume), keys, random)
    })

    test('an entry tells of its bytes', async () => {
      const { tenant } = begin(bench)
      const bucket = bucketName('test', 'one')
      const object = await tenant.put({ bucket, key: 'k', staged: tenant.inline('bytes') })
      const { entries } = await list(tenant, bucket, {})
      const { id, key, content, updatedAt, attributes } = object
      const shown = { id, key, content, contentType: TRAITS.contentType, changedAt: updatedAt, attributes }
      assert.deepEqual(entries, [{ kind: 'object', size: 5, ...shown }])
    })

    test('a bucket that is not there has no list', async () => {
      const { tenant } = begin(bench)
      await failsWith(list(tenant, userBucket('none'), {}), 'bucket-not-found')
    })
  })
}

function begin({ metadata }: TreeBench, say: (line: string) => void = () => {}) {
  const seed = newSeed()
  say(`TEST_SEED=${seed}`)
  accounts += 1
  const random = seededRandom(seed)
  return { random, tenant: new Tenant(metadata, `lists-${accounts}`, random) }
}

/** Makes files and directories; returns the paths that are keys. */
async function plant(tree: Tree, random: SeededRandom): Promise<readonly string[]> {
  const kinds = new Map<string, 'file' | 'directory'>()
  for (let made = 0; made < 160; made++) {
    const path = pathOf(random)
    const above = path.split('/').slice(0, -1)
    const ways = above.map((_, index) => above.slice(0, index + 1).join('/'))
    if (kinds.has(path) || ways.some((way) => kinds.get(way) === 'file')) continue
    const kind = random.below(4) === 0 ? 'directory' : 'file'
    const parent = ways.at(-1)
    if (parent !== undefined && !kinds.has(parent)) await tree.makeDirectory(parent)
    for (const way of ways) kinds.set(way, 'directory')
    kinds.set(path, kind)
    if (kind === 'file') await tree.write(path)
    else await tree.makeDirectory(path)
  }
  const isEmpty = (way: string) => ![...kinds.keys()].some((other) => other.startsWith(`${way}/`))
  return [...kinds].flatMap(([path, kind]) => {
    if (kind === 'file') return [path]
    return isEmpty(path) ? [`${path}/`] : []
  })
}

const list = (tenant: Tenant, bucket: BucketName, query: Partial<ListKeys>) =>
  tenant.metadata.listKeys({
    ...{ account: tenant.account, bucket, prefix: '', delimiter: null, after: '', limit: 1000, ...query },
  })

/** Empty pieces too: keys may begin, end and go on with slashes. */
const keyOf = (random: SeededRandom): string =>
  Array.from({ length: 1 + random.below(4) }, () => (random.below(6) === 0 ? '' : nameOf(random))).join(
    '/',
  ) || 'k'

const nameOf = (random: SeededRandom): string =>
  Array.from({ length: 1 + random.below(2) }, () => random.pick(PIECES)).join('')

const pathOf = (random: SeededRandom): string =>
  Array.from(
    { length: 1 + random.below(4) },
    () => random.pick(PIECES.slice(0, 8)) + random.pick(['', '-', '\uff00']),
  ).join('/')

async function compareAll(
  tenant: Tenant,
  bucket: BucketName,
  keys: readonly string[],
  random: SeededRandom,
): Promise<void> {
  const some = () => {
    const key = random.pick(keys)
    const cut = [...key].slice(0, random.below([...key].length + 1)).join('')
    return random.pick(['', '', key, cut, cut, `${cut}/`, `${key}\u0001`, nameOf(random)])
  }
  for (let round = 0; round < ROUNDS; round++) {
    const query = { prefix: some(), delimiter: random.pick(DELIMITERS), after: some() }
    const limit = random.pick([0, 1, 2, 3, 7, 50, 1000])
    const page = textsOf(await list(tenant, bucket, { ...query, limit }))
    assert.deepEqual(page, expected(keys, { ...query, limit }), JSON.stringify({ ...query, limit }))
  }
}

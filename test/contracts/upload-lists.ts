import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bucketName, userBucket } from '../../src/core/model/buckets.ts'
import type { Upload } from '../../src/core/model/uploads.ts'
import type { ListedUpload, ListUploads } from '../../src/core/ports/commands/uploads.ts'
import { newSeed, type SeededRandom, seededRandom } from './metadata/random.ts'
import { failsWith } from './metadata/store.ts'
import { HOUR_MS, NOW, Tenant } from './metadata/tenant.ts'
import { type OpenFacts, sharedTrees, type TreeBench } from './trees/store.ts'

const KEYS = ['a', 'a/b', 'a/b/c', 'a/c', 'a0', 'b', 'b-', '\uff00', '\u{1d4b3}', 'd/', 'd//e']
const MARKERS = ['', '', ...KEYS, 'a/', '0', 'zz']
const bucket = bucketName('test', 'lists')

type Asked = Pick<ListUploads, 'prefix' | 'delimiter' | 'after' | 'afterId' | 'limit'>

/** What S3 lists of these uploads: by key, by id for one key, those behind the markers, and common prefixes. */
function expected(uploads: readonly Upload[], { prefix, delimiter, after, afterId, limit }: Asked) {
  const isLeft = ({ key, id }: Upload) =>
    after === '' || compare(key, after) > 0 || (key === after && afterId !== null && compare(id, afterId) > 0)
  const commonOf = (key: string) => {
    const at = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length)
    return at < 0 ? null : key.slice(0, at + (delimiter ?? '').length)
  }
  const shown = uploads
    .filter(({ key }) => key.startsWith(prefix))
    .sort((a, b) => compare(a.key, b.key) || compare(a.id, b.id))
    .flatMap((upload) => {
      const common = commonOf(upload.key)
      if (common !== null) return after === '' || compare(common, after) > 0 ? [`prefix ${common}`] : []
      return isLeft(upload) ? [`${upload.key} ${upload.id}`] : []
    })
  const left = [...new Set(shown)]
  return { entries: left.slice(0, limit), next: left.length > limit ? (left[limit - 1] ?? null) : null }
}

const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const textOf = (entry: ListedUpload): string =>
  entry.kind === 'upload' ? `${entry.upload.key} ${entry.upload.id}` : `prefix ${entry.prefix}`

let accounts = 0

/** Lists of unfinished uploads as S3 has them. `open` gives an empty store each time. */
export function uploadListsContract(name: string, open: OpenFacts): void {
  describe(`upload lists contract: ${name}`, () => {
    const bench = sharedTrees(open)

    test('unfinished uploads are listed as S3 does', async (t) => {
      const { tenant, random } = begin(bench, t.diagnostic.bind(t))
      const uploads: Upload[] = []
      for (let number = 0; number < 40; number++)
        uploads.push(await tenant.begin({ bucket, key: random.pick(KEYS), ref: `r${number}` }))
      for (let round = 0; round < 150; round++) {
        const asked = askedOf(random, uploads)
        const page = await list(tenant, asked)
        const last = page.entries.at(-1)
        const next = page.next === null || last === undefined ? null : textOf(last)
        assert.deepEqual(
          { entries: page.entries.map(textOf), next },
          expected(uploads, asked),
          JSON.stringify(asked),
        )
      }
    })

    test('what is over, committed or aborted is not listed', async () => {
      const { tenant } = begin(bench)
      const open = await tenant.begin({ bucket, ref: 'open' })
      const sealed = await tenant.beginWith('sealed', { bucket, ref: 'sealed' })
      await tenant.seal(sealed)
      await tenant.abort(await tenant.begin({ bucket, ref: 'aborted' }))
      await tenant.commit(await tenant.beginWith('committed', { bucket, ref: 'committed', key: 'other' }))
      await tenant.begin({ bucket, ref: 'over', expiresAt: NOW + 1 })
      const { entries } = await list(tenant, {}, NOW + 2)
      const ids = entries.map((entry) => entry.kind === 'upload' && entry.upload.id)
      assert.deepEqual(ids.sort(), [open.id, sealed.id].sort())
    })

    test('a bucket that is not there has no list of uploads', async () => {
      const { tenant } = begin(bench)
      await failsWith(list(tenant, { bucket: userBucket('none') }), 'bucket-not-found')
    })
  })
}

function begin({ metadata }: TreeBench, say: (line: string) => void = () => {}) {
  const seed = newSeed()
  say(`TEST_SEED=${seed}`)
  accounts += 1
  const random = seededRandom(seed)
  return { random, tenant: new Tenant(metadata, `upload-lists-${accounts}`, random) }
}

function askedOf(random: SeededRandom, uploads: readonly Upload[]): Asked {
  const one = random.pick(uploads)
  const marker = random.below(3) === 0 ? one.key : random.pick(MARKERS)
  return {
    ...{ prefix: random.pick(['', '', 'a', 'a/', 'd/', 'x']), delimiter: random.pick([null, '/', '/', '-']) },
    ...{
      after: marker,
      afterId: random.below(2) === 0 ? null : one.id,
      limit: random.pick([0, 1, 2, 5, 100]),
    },
  }
}

const list = (tenant: Tenant, query: Partial<ListUploads>, now = NOW + HOUR_MS / 2) =>
  tenant.metadata.listUploads({
    ...{ account: tenant.account, bucket, prefix: '', delimiter: null, after: '', afterId: null },
    ...{ limit: 1000, now, ...query },
  })

import { type Step, stepOf } from './commands.ts'
import { REALMS } from './generators/places.ts'
import type { Known } from './known.ts'
import { type Asked, ask } from './pair.ts'
import { differentRows } from './rows.ts'
import { ACCOUNTS, BUCKETS, USERS_BUCKETS } from './world.ts'

/** Reads that run at the same time. */
const SIDE_BY_SIDE = 32
const ALL = 100_000
/** Rows of a table that are told. */
const ROWS_TOLD = 5

/**
 * Compares all facts: by reads of everything that a history ever made, and row by row, once the index of searches is whole. Null where they are the same.
 */
export async function differenceAtEnd(pair: Asked, known: Known): Promise<readonly [string, string] | null> {
  const reads = readsOf(known)
  for (let at = 0; at < reads.length; at += SIDE_BY_SIDE) {
    const some = reads.slice(at, at + SIDE_BY_SIDE)
    const answers = await Promise.all(some.map((step) => ask(pair, step)))
    const index = answers.findIndex(({ isSame }) => !isSame)
    const [read, answer] = [some[index], answers[index]]
    if (read !== undefined && answer !== undefined) return told(JSON.stringify(read), answer.texts)
  }
  await indexAll(pair)
  const [one, other] = await Promise.all(pair.map((store) => store.tables()))
  if (one === undefined || other === undefined) throw new Error('a pair is two stores')
  const [first] = differentRows(one, other)
  if (first === undefined) return null
  const [ones, others] = first.only.map((rows) => rows.slice(0, ROWS_TOLD).join('\n'))
  return told(`rows of ${first.table} that the other store does not have`, [ones ?? '', others ?? ''])
}

/** A statement that changes several entries notes them in an order of the store's own: only a whole index is the same. */
async function indexAll(pair: Asked): Promise<void> {
  for (const { facts } of pair) while ((await facts.indexEntries({ limit: 1000 })) > 0);
}

const told = (what: string, [one, other]: readonly [string, string]) =>
  [`${what}:\n${one}`, `${what}:\n${other}`] as const

function readsOf(known: Known): readonly Step[] {
  return [
    ...known.uploads
      .ever()
      .flatMap(({ account, id, blob }) => [
        stepOf('findUpload', { account, upload: { id } }),
        stepOf('listParts', { account, upload: { id }, after: -1, limit: ALL }),
        stepOf('listAssemblies', { blob }),
      ]),
    ...known.blobs.ever().map((blob) => stepOf('listExtents', { blob, offset: 0, limit: ALL })),
    ...known.objects.ever().map(({ account, id }) => stepOf('findObject', { account, object: { id } })),
    ...known.entries.ever().map(({ id, volume }) => stepOf('findEntry', { volume, at: { id } })),
    ...known.tokens.ever().map(({ hash }) => stepOf('findToken', { hash, now: 0 })),
    ...known.volumes.ever().flatMap((volume) => [
      ...[stepOf('volumeUsage', volume), stepOf('roomOf', volume), stepOf('findQuota', volume)],
      stepOf('listRecycled', {
        ...{ volume, order: 'removed', descending: false, after: null },
        ...{ limit: ALL, offset: 0 },
      }),
    ]),
    ...ACCOUNTS.flatMap((account) => [
      stepOf('listBuckets', { account, owner: null, after: null, limit: ALL }),
      ...[...BUCKETS, ...USERS_BUCKETS].flatMap((bucket) => [
        stepOf('findBucket', { account, bucket }),
        stepOf('listKeys', { account, bucket, prefix: '', delimiter: null, after: '', limit: ALL }),
        stepOf('usage', { account, bucket }),
        stepOf('listObjects', {
          ...{ account, bucket, kind: null, status: null, keyword: null, order: 'oldest-first' },
          ...{ limit: ALL, offset: 0 },
        }),
      ]),
      ...REALMS.flatMap((realm) => [
        stepOf('realmBytes', { account, realm }),
        stepOf('realmSettings', { account, realm }),
      ]),
      stepOf('findTasks', { account, scope: null, ids: known.tasks.ever().map(({ id }) => id) }),
    ]),
    stepOf('readAccounts', {}),
    stepOf('listLiveSegments', { after: '', limit: ALL }),
  ]
}

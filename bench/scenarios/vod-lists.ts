import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { spawnServer, temporaryFolder } from '../../test/support/harness.ts'
import { peakMemoryMb, timeParallel } from '../../test/support/load.ts'
import { mediaFixture } from '../../test/support/media-fixtures.ts'
import { type Row, scenarioOfRows } from '../frame/rows.ts'
import type { RunOptions } from '../frame/types.ts'
import { VodLoadClient } from '../vod-client.ts'

const SMALL = 1000
const LARGE = 1_000_000
const CATEGORIES = 20
const LANES = 8
/** Each list is measured for about so long. */
const SECONDS = 2
const CALLS_MAX = 2000
const HOUR_MS = 3_600_000

/** What is asked for, and how many of a million assets fit. */
const LISTS: Readonly<Record<string, string>> = {
  'no filter': '',
  'no filter, 100 assets': 'size=100',
  'no filter, the last page that may be asked for': 'size=100&page=199',
  'status: 85 % fit': 'status=PUBLISHED',
  'status: 2 % fit': 'status=FAILED',
  'two states: 95 % fit': 'status=PUBLISHED&status=CREATED',
  'tag: 0.1 % fit': 'tags=rare',
  'category: 2 % fit': 'category_id=7',
  'category, status': 'category_id=7&status=CREATED',
  'category, status, type, tag': 'category_id=7&status=PUBLISHED&media_type=MP4&media_type=MOV&tags=news',
  'status, tag: 85 % and 20 % fit': 'status=PUBLISHED&tags=news',
  'status, type: 10 % each fit': 'status=CREATED&media_type=MOV',
  'two tags that no asset has together with a state': 'tags=rare&status=FAILED',
  'times of creation: an hour': 'TIMES',
  'words that all have': 'query_string=season',
  'words that few of a category have': 'category_id=7&query_string=no.+777+',
  'words that few have': 'query_string=no.+777+of+copy+7+',
}

/** Pages of lists by the number of assets. */
export const vodLists = scenarioOfRows(
  'vod-lists',
  'huawei-vod: pages of `asset/list` in a project with 1,000,000 assets, beside one with 1,000. Each page also counts all that fit, up to 20,000.',
  measureAll,
)

async function measureAll({ quick }: RunOptions): Promise<readonly Row[]> {
  const dataDir = temporaryFolder()
  const small = await onServer(dataDir, async (client) => {
    await createSome(client)
    return measure(client)
  })
  const first = copyAll(dataDir, Math.ceil(LARGE / quick))
  const large = await onServer(dataDir, (client, pid) => measure(client, pid, first))
  rmSync(dataDir, { recursive: true })
  return large.map((row, at) => {
    const beside = { what: `${SMALL.toLocaleString('en')} assets`, value: small[at]?.value ?? 0 }
    return { ...row, beside }
  })
}

async function onServer<Result>(
  dataDir: string,
  work: (client: VodLoadClient, pid: number) => Promise<Result>,
): Promise<Result> {
  const server = await spawnServer({ dataDir })
  const client = new VodLoadClient(server.url)
  await client.logIn()
  const result = await work(client, server.pid)
  client.close()
  await server.kill('SIGTERM')
  await server.dispose()
  return result
}

async function measure(client: VodLoadClient, pid?: number, firstMs = Date.now()): Promise<readonly Row[]> {
  const rows: Row[] = []
  const times = [firstMs, firstMs + HOUR_MS].map((ms) =>
    new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14),
  )
  for (const [what, asked] of Object.entries(LISTS)) {
    const query = asked.replace('TIMES', `start_time=${times[0]}&end_time=${times[1]}`)
    const list = () => client.call('GET', `asset/list?${query}`)
    const once = await timeParallel(LANES, LANES, list)
    const count = Math.min(CALLS_MAX, Math.max(LANES, Math.round((SECONDS * LANES) / once)))
    const value = count / (await timeParallel(count, LANES, list))
    const memory = pid === undefined ? {} : { peakMemoryMb: peakMemoryMb(pid) }
    rows.push({ what: `list: ${what}`, value, unit: 'pages/s', ...memory })
  }
  return rows
}

const shares = <Value>(at: number, ...values: readonly (readonly [number, Value])[]): Value | undefined =>
  values.find(([upTo]) => at % 100 < upTo)?.[1]

/** A thousand assets of the dialect's own making. */
async function createSome(client: VodLoadClient): Promise<void> {
  for (let at = 1; at <= CATEGORIES; at++)
    await client.call('POST', 'asset/category', { name: `category ${at}` })
  const types = { MP4: 'video/mp4', MOV: 'video/quicktime', MP3: 'audio/mp3' } as const
  const video = mediaFixture('video.mp4')
  await timeParallel(SMALL, LANES, async (at) => {
    const scattered = (at * 7919) % SMALL
    const type = shares(scattered * 3, [80, 'MP4'], [90, 'MOV'], [100, 'MP3']) as keyof typeof types
    const outcome = shares(at, [95, 'CREATED'], [96, 'FAILED'], [97, 'CANCELLED'])
    const tags = [...(scattered % 5 === 0 ? ['news'] : []), ...(at === 500 ? ['rare'] : []), `tag${at % 50}`]
    const asset = await client.create({
      ...{ title: `No. ${at} of the season`, description: 'what happened there and then', video_type: type },
      ...{ category_id: scattered % 5 < 2 ? 1 + (Math.floor(scattered / 5) % CATEGORIES) : -1 },
      ...{ tags: tags.join(','), auto_publish: at % 100 < 85 ? 1 : 0 },
    })
    if (outcome === 'CREATED') await client.put(asset, video, types[type])
    if (outcome !== undefined) await client.confirm(asset, outcome)
  })
}

/** Copies what is there straight in the database until it is `count` assets, a second apart. Returns the first one's time. */
function copyAll(dataDir: string, count: number): number {
  const database = new DatabaseSync(join(dataDir, 'stowage.db'))
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN')
  const known = database
    .prepare(`SELECT o.seq, o.id FROM objects o JOIN buckets b ON b.id = o.bucket WHERE b.name LIKE 'vod/%'`)
    .all() as { readonly seq: number; readonly id: Uint8Array }[]
  const same = `content_type, blob, size, part_count, md5, sha256, crc64, md5_of_parts, media, attributes`
  const object =
    database.prepare(`INSERT INTO objects (id, bucket, key, name, kind, status, ${same}, created_at, updated_at, version)
    SELECT ?, bucket, ?, name, kind, status, ${same}, ?, ?, version FROM objects WHERE seq = ?`)
  const text = database.prepare(`INSERT INTO object_texts (object, bucket, created_at, text)
    SELECT ?, bucket, ?, text || ? FROM object_texts WHERE object = ?`)
  const label = database.prepare(`INSERT INTO object_labels (bucket, label, created_at, object, status, kind)
    SELECT bucket, label, ?, ?, status, kind FROM object_labels WHERE object = ?`)
  const first = Date.now() - (count + SMALL) * 1000
  for (let copy = 1; copy < count / SMALL; copy++) {
    for (const [at, { seq, id }] of known.entries()) {
      const createdAt = first + ((copy - 1) * SMALL + at) * 1000
      const newId = randomBytes(16)
      newId.writeUIntBE(createdAt, 0, 6)
      object.run(newId, randomBytes(16).toString('hex'), createdAt, createdAt, seq)
      text.run(newId, createdAt, ` copy ${copy} `, id)
      label.run(createdAt, newId, id)
    }
  }
  database.exec('COMMIT')
  database.close()
  return first
}

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LIBRARIES, spawnServer, temporaryFolder } from '../../test/support/harness.ts'
import { peakMemoryMb, timeParallel } from '../../test/support/load.ts'
import { SmhLoadClient } from '../../test/support/smh-load.ts'
import { type Row, scenarioOfRows } from '../frame/rows.ts'
import type { RunOptions } from '../frame/types.ts'

const LARGE = 1_000_000
const SMALL = 1000
const PAGE_SIZE = 100
const PAGES = 1000
const LANES = 8
const ORDERS = ['name', 'modificationTime', 'creationTime', 'size', 'localCreationTime']
const DIRECTORIES = `directory/${LIBRARIES.file.id}/-`

interface Listing {
  readonly nextMarker?: string
}

/** Pages of lists by the directory's size: by markers in every order, and by page. */
export const lists = scenarioOfRows(
  'lists',
  'tencent-smh: pages of 100 entries of a directory with 1,000,000, beside one with 1,000: eight clients, each on its own way through.',
  measureAll,
)

async function measureAll({ quick }: RunOptions): Promise<readonly Row[]> {
  const dataDir = temporaryFolder()
  const pages = Math.ceil(PAGES / quick)
  await seedDirectories(dataDir, Math.ceil(LARGE / quick))
  const server = await spawnServer({ dataDir })
  const client = new SmhLoadClient(server.url)
  const token = await client.token(LIBRARIES.file)
  const list = (path: string, query: string) =>
    client.call<Listing>(200, 'GET', `${DIRECTORIES}/${path}?${query}&access_token=${token}`)
  const rows: Row[] = []
  const measure = async (what: string, pagesOf: (path: string) => () => Promise<unknown>): Promise<void> => {
    const rate = async (path: string): Promise<number> => {
      const next = Array.from({ length: LANES }, () => pagesOf(path))
      await timeParallel(LANES, LANES, async (index) => next[index]?.())
      return pages / (await timeParallel(pages, LANES, async (index) => next[index % LANES]?.()))
    }
    const beside = { what: `${SMALL.toLocaleString('en')} entries`, value: await rate('small') }
    const value = await rate('large')
    rows.push({ what, value, unit: 'pages/s', beside, peakMemoryMb: peakMemoryMb(server.pid) })
  }
  for (const order of ORDERS) {
    for (const type of ['asc', 'desc']) {
      const query = `limit=${PAGE_SIZE}&order_by=${order}&order_by_type=${type}`
      await measure(`list by ${order}, ${type}, markers`, (path) => walk((more) => list(path, query + more)))
    }
  }
  const lastPage = (path: string) => (path === 'large' ? 100 : SMALL / PAGE_SIZE)
  await measure('list by name, the last page that may be asked for', (path) => () => {
    return list(path, `by-page=1&page_size=${PAGE_SIZE}&page=${lastPage(path)}`)
  })
  client.close()
  await server.dispose()
  rmSync(dataDir, { recursive: true })
  return rows
}

/** Each call asks for the page after the one before; after the last begins anew. */
function walk(list: (more: string) => Promise<Listing>): () => Promise<void> {
  let last: Promise<string> = Promise.resolve('')
  const goOn = async (more: string): Promise<string> => {
    const { nextMarker } = await list(more)
    return nextMarker === undefined ? '' : `&marker=${nextMarker}`
  }
  return async () => {
    last = last.then(goOn)
    await last
  }
}

/** Two directories, as the server has made them, filled in its database: one with a thousand entries, one with `count`. */
export async function seedDirectories(dataDir: string, count: number): Promise<void> {
  const server = await spawnServer({ dataDir })
  const client = new SmhLoadClient(server.url)
  const token = await client.token(LIBRARIES.file)
  for (const path of ['small', 'large']) {
    await client.call(201, 'PUT', `${DIRECTORIES}/${path}?access_token=${token}`, {})
  }
  client.close()
  await server.kill('SIGTERM')
  await server.dispose()
  const db = new DatabaseSync(join(dataDir, 'stowage.db'))
  db.exec('PRAGMA cache_size = -1000000; BEGIN')
  fill(db, 'small', SMALL)
  fill(db, 'large', count)
  db.exec('COMMIT; ANALYZE')
  db.close()
}

/** A tenth are directories. Every order is another, and there are equals in each but that by name. */
function fill(db: DatabaseSync, name: string, count: number): void {
  db.prepare(`
    INSERT INTO entries (id, realm, volume, parent, name, kind, size, attributes, created_at, modified_at,
      local_created_at, version)
    WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?)
    SELECT randomblob(16), d.realm, d.volume, d.id, lower(hex(randomblob(8))) || '-' || number || '.bin',
      iif(number % 10 = 0, 'directory', 'virtual'), iif(number % 10 = 0, 0, abs(random() % 1000000)), d.attributes,
      d.created_at + random() % 100000000, d.created_at + random() % 100000000,
      d.created_at + random() % 100000000, 1
    FROM numbers, entries d WHERE d.name = ? AND d.kind = 'directory'`).run(count, name)
  db.prepare('UPDATE entries SET file_count = ?, directory_count = ? WHERE name = ?').run(
    (count / 10) * 9,
    count / 10,
    name,
  )
}

import { openPostgresMetadata } from '../../src/metadata/postgres/index.ts'
import { seededRandom } from '../../test/contracts/metadata/random.ts'
import { Tenant } from '../../test/contracts/metadata/tenant.ts'
import { Tree } from '../../test/contracts/trees/tree.ts'
import { queryOnce, startPostgres } from '../../test/support/postgres.ts'
import { type Row, scenarioOfRows } from '../frame/rows.ts'
import type { RunOptions } from '../frame/types.ts'

const CALLERS = 32
const COMMITS = 960

/** Commits of uploads into one directory, and into as many as there are callers. */
export const oneDirectory = scenarioOfRows(
  'one-directory',
  'Commits of uploads by 32 callers into one directory, and into 32, on PostgreSQL that syncs.',
  measureAll,
)

async function measureAll({ quick }: RunOptions): Promise<readonly Row[]> {
  const server = await startPostgres({ durable: true })
  const facts = await openPostgresMetadata({ url: server.url, poolMax: CALLERS })
  try {
    const tree = await Tree.create(facts, new Tenant(facts, 'account', seededRandom(1)), 'realm', 'volume')
    const rows: Row[] = []
    for (const directories of [CALLERS, 1]) {
      const { perSecond, waits } = await measure(server.url, tree, directories, Math.ceil(COMMITS / quick))
      const where = directories === 1 ? 'one directory' : `${directories} directories`
      const what = `${CALLERS} callers commit files into ${where}; ${waits} % of their time they wait for locks`
      rows.push({ what, value: perSecond, unit: 'commits/s' })
    }
    return rows
  } finally {
    await facts.close()
    await server.close()
  }
}

async function measure(url: string, tree: Tree, directories: number, commits: number) {
  const names = Array.from({ length: directories }, (_, at) => `${directories}-${at}`)
  for (const name of names) await tree.makeDirectory(name)
  const uploads = []
  for (let count = 0; count < commits; count++) uploads.push(await tree.uploaded('bytes'))
  const waiting = uploads.entries()
  let isOver = false
  const watch = watchWaits(url, () => isOver)
  const start = performance.now()
  await Promise.all(
    names.concat(Array.from({ length: CALLERS - directories }, () => names[0] ?? '')).map(async (name) => {
      for (const [at, upload] of waiting) await tree.place(`${name}/${at}`, upload)
    }),
  )
  const seconds = (performance.now() - start) / 1000
  isOver = true
  return { perSecond: commits / seconds, waits: await watch }
}

/** How many of the moments in which connections were at work they waited for a lock, in percent. */
async function watchWaits(url: string, isOver: () => boolean): Promise<number> {
  const seen = { all: 0, locks: 0 }
  while (!isOver()) {
    const [row] = await queryOnce(
      url,
      `SELECT count(*)::integer AS all, (count(*) FILTER (WHERE wait_event_type = 'Lock'))::integer AS locks
       FROM pg_stat_activity WHERE application_name = 'stowage' AND state <> 'idle'`,
    )
    seen.all += Number(row?.all)
    seen.locks += Number(row?.locks)
  }
  return Math.round((100 * seen.locks) / Math.max(1, seen.all))
}

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { failsWith } from '../../../test/contracts/metadata/store.ts'
import { Tenant } from '../../../test/contracts/metadata/tenant.ts'
import { CALLERS, checkAnswered, FactsLoad } from '../../../test/support/facts-load.ts'
import { type OwnServer, queryOnce, startPostgres } from '../../../test/support/postgres.ts'
import type { Facts } from '../../core/ports/facts.ts'
import { openPostgresMetadata } from './index.ts'

/** Answers before the primary goes, and after the standby took over. */
const ANSWERS = 100

describe('a primary with a synchronous standby', () => {
  let primary: OwnServer
  let standby: OwnServer
  /** Names the standby first: the order counts for nothing. */
  let url: string
  const opened: Facts[] = []
  before(async () => {
    primary = await startPostgres()
    standby = await primary.standby()
    await queryOnce(primary.url, "ALTER SYSTEM SET synchronous_standby_names = '*'")
    await queryOnce(primary.url, 'SELECT pg_reload_conf()')
    await untilTold(primary, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
    const [first, second] = [new URL(standby.url), new URL(primary.url)]
    url = `postgres://postgres@${first.host},${second.host}/postgres?target_session_attrs=read-write`
  })
  after(async () => {
    for (const metadata of opened) await metadata.close()
    await standby.close()
    await primary.close()
  })
  const open = async (account: string): Promise<Tenant> => {
    const metadata = await openPostgresMetadata({ url, poolMax: 8 })
    opened.push(metadata)
    return new Tenant(metadata, account, seededRandom(opened.length))
  }

  test('a commit that stops to wait for the standby is not answered with success', async () => {
    const tenant = await open('canceled')
    await standby.stop('fast')
    const refused = failsWith(tenant.put({ key: 'key' }), 'unavailable')
    const waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'stowage'"
    await untilTold(primary, `SELECT 1 ${waiting}`)
    await queryOnce(primary.url, `SELECT pg_cancel_backend(pid) ${waiting}`)
    await refused
    await standby.start()
    await untilTold(primary, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
    await tenant.put({ key: 'other' })
  })

  test('the standby takes over under load: unavailable, then fine, and nothing that was answered is lost', async () => {
    const tenant = await open('load')
    const load = new FactsLoad(tenant)
    const ended = load.run()
    await load.reaches('ok', ANSWERS)
    await primary.stop('kill')
    await load.reaches('unavailable', load.counts.unavailable + CALLERS)
    await queryOnce(standby.url, 'SELECT pg_promote(true)')
    await load.reaches('ok', load.counts.ok + ANSWERS)
    load.stop()
    await ended
    assert.deepEqual(load.others, [])
    await checkAnswered(tenant, load.answered)
  })

  test('what was replaced is not written to when it comes back, by old nodes nor by new ones', async () => {
    const [old] = opened.slice(-1)
    const tenant = new Tenant(old ?? assert.fail(), 'later', seededRandom(99))
    // Nobody fenced it: alone, it would take writes.
    await primary.start({ synchronous_standby_names: '' })
    const newcomer = (await open('newcomer')).through(opened.at(-1) ?? assert.fail())
    await newcomer.put()
    assert.equal((await queryOnce(standby.url, OBJECTS_OF_NEWCOMER)).length, 1)
    assert.equal((await queryOnce(primary.url, OBJECTS_OF_NEWCOMER)).length, 0)
    await standby.stop('kill')
    for (const node of [tenant, newcomer]) await failsWith(node.put(), 'unavailable')
    await standby.start()
    for (const node of [tenant, newcomer]) await node.put()
    assert.equal((await queryOnce(standby.url, OBJECTS_OF_NEWCOMER)).length, 2)
    assert.equal((await queryOnce(primary.url, OBJECTS_OF_NEWCOMER)).length, 0)
  })
})

const OBJECTS_OF_NEWCOMER =
  "SELECT 1 FROM objects JOIN buckets ON buckets.id = objects.bucket WHERE account = 'newcomer'"

/** Waits until a statement has a row. */
async function untilTold({ url }: OwnServer, sql: string): Promise<void> {
  while ((await queryOnce(url, sql)).length === 0) await setTimeout(20)
}

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { Tenant } from '../../../test/contracts/metadata/tenant.ts'
import { CALLERS, checkAnswered, FactsLoad } from '../../../test/support/facts-load.ts'
import { type OwnServer, startPostgres } from '../../../test/support/postgres.ts'
import type { Facts } from '../../core/ports/facts.ts'
import { openPostgresMetadata } from './index.ts'

/** Answers before the server goes, and after it is back. */
const ANSWERS = 100

describe('a server that is restarted under load', () => {
  let server: OwnServer
  let metadata: Facts
  before(async () => {
    server = await startPostgres({ durable: true })
    metadata = await openPostgresMetadata({ url: server.url, poolMax: 8 })
  })
  after(async () => {
    await metadata.close()
    await server.close()
  })

  for (const [index, how] of (['fast', 'kill'] as const).entries()) {
    test(`stopped by ${how}: unavailable, then fine, and nothing that was answered is lost`, async () => {
      const tenant = new Tenant(metadata, `account-${how}`, seededRandom(index))
      const load = new FactsLoad(tenant)
      const ended = load.run()
      await load.reaches('ok', ANSWERS)
      await server.stop(how)
      await load.reaches('unavailable', load.counts.unavailable + CALLERS)
      await server.start()
      await load.reaches('ok', load.counts.ok + ANSWERS)
      load.stop()
      await ended
      assert.deepEqual(load.others, [])
      await checkAnswered(tenant, load.answered)
    })
  }
})

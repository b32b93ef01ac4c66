import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { outcomeOf } from '../../../test/contracts/metadata/store.ts'
import { extentsOf, Tenant } from '../../../test/contracts/metadata/tenant.ts'
import { type OwnServer, startPostgres } from '../../../test/support/postgres.ts'
import type { ObjectId } from '../../core/ids.ts'
import type { Facts } from '../../core/ports/facts.ts'
import { openPostgresMetadata } from './index.ts'

const CALLERS = 16
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
      const load = new Load(tenant)
      const ended = load.run()
      await load.reaches('ok', ANSWERS)
      await server.stop(how)
      await load.reaches('unavailable', load.counts.unavailable + CALLERS)
      await server.start()
      await load.reaches('ok', load.counts.ok + ANSWERS)
      load.stop()
      await ended
      assert.deepEqual(load.others, [])
      await check(tenant, load.answered)
    })
  }
})

/** Callers that put small objects and commit uploads, again and again. */
class Load {
  readonly answered: ObjectId[] = []
  readonly counts = { ok: 0, unavailable: 0 }
  /** Outcomes that there should not be. */
  readonly others: string[] = []
  readonly #tenant: Tenant
  readonly #progress = new EventTarget()
  #isRunning = true

  constructor(tenant: Tenant) {
    this.#tenant = tenant
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: CALLERS }, () => this.#call()))
  }

  stop(): void {
    this.#isRunning = false
  }

  async reaches(outcome: 'ok' | 'unavailable', count: number): Promise<void> {
    while (this.counts[outcome] < count) await once(this.#progress, 'progress')
  }

  async #call(): Promise<void> {
    for (let turn = 0; this.#isRunning; turn++) {
      const outcome = await outcomeOf(this.#make(turn % 2 === 0))
      if (outcome === 'ok' || outcome === 'unavailable') this.counts[outcome] += 1
      else this.others.push(outcome)
      // A server that is away refuses at once, and starts no sooner when it is asked without a pause.
      if (outcome === 'unavailable') await setTimeout(20)
      this.#progress.dispatchEvent(new Event('progress'))
    }
  }

  async #make(isWhole: boolean): Promise<void> {
    const tenant = this.#tenant
    if (isWhole) {
      this.answered.push((await tenant.put({ staged: tenant.inline('bytes') })).id)
      return
    }
    const upload = await tenant.beginWith('part')
    await tenant.attach(upload, 2, await tenant.stored(1000))
    this.answered.push((await tenant.commit(upload)).id)
  }
}

async function check(tenant: Tenant, answered: readonly ObjectId[]): Promise<void> {
  for (const id of answered) {
    const object = await tenant.findObject({ id })
    assert.ok(object?.content, `${id} was answered and is lost`)
    const extents = await extentsOf(tenant.metadata, object.content.blob)
    assert.equal(extents.length, object.content.partCount)
  }
  const { objects, total } = await tenant.list({ limit: 1_000_000 })
  assert.ok(total >= answered.length)
  assert.equal(objects.length, total)
}

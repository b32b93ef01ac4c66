import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TimeMs } from '../../../src/core/clock.ts'
import type { CoreErrorCode } from '../../../src/core/errors.ts'
import type { SegmentName, UploadId } from '../../../src/core/ids.ts'
import { type BucketName, bucketName } from '../../../src/core/model/buckets.ts'
import type { Staged } from '../../../src/core/model/bytes.ts'
import type { ConflictPolicy } from '../../../src/core/model/objects.ts'
import type { Facts } from '../../../src/core/ports/facts.ts'
import { isUnassembled } from '../../../src/core/rules/upload-state.ts'
import { claim, newOffer, slotOf } from './assemblies.ts'
import { newSeed, type SeededRandom, seededRandom } from './random.ts'
import { freshBench, type OpenMetadata, outcomeOf } from './store.ts'
import { extentsOf, garbageOf, HOUR_MS, liveOf, NOW, type Tenant } from './tenant.ts'

const STEPS_PER_AUDIT = 100
/** How many steps run at the same time. */
const SIDE_BY_SIDE = 5
const BUCKETS = ['one', 'two'].map((name) => bucketName('test', name))
const KEYS = ['a', 'b', 'c', 'd.mp3']
const POLICIES: readonly ConflictPolicy[] = ['fail', 'rename', 'overwrite']

/** Failures of the store itself: no command may end in one of these. */
const STORE_FAILURES: readonly string[] = [
  'metadata-failed',
  'unavailable',
  'storage-full',
] satisfies CoreErrorCode[]

/** After any commands: what is kept is what something points to, and counters count what is there. */
export function sequenceContract(open: OpenMetadata, steps = 200): void {
  describe('random sequences of commands', () => {
    const bench = freshBench(open)

    test('keep exactly the segments that objects and unfinished uploads point to', async (t) => {
      const seed = newSeed()
      t.diagnostic(`TEST_SEED=${seed}`)
      const world = new World([bench.tenant(), bench.tenant()], seededRandom(seed))
      const isEnough = (step: number) => step >= steps && world.successes > steps / 4
      for (let step = 0; step < 20 * steps && !isEnough(step); step += SIDE_BY_SIDE) {
        const outcomes = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => world.step()))
        for (const outcome of outcomes)
          assert.ok(!STORE_FAILURES.includes(outcome), `TEST_SEED=${seed}: ${outcome}`)
        if (step % STEPS_PER_AUDIT === 0) await world.audit(bench.metadata, `TEST_SEED=${seed} step ${step}`)
      }
      await world.audit(bench.metadata, `TEST_SEED=${seed} at the end`)
      assert.ok(world.successes > steps / 4, `TEST_SEED=${seed}: hardly anything happened`)
    })
  })
}

class World {
  readonly #tenants: readonly Tenant[]
  readonly #random: SeededRandom
  readonly #uploads: { readonly tenant: Tenant; readonly id: UploadId }[] = []
  readonly #segments = new Set<SegmentName>()
  #now: TimeMs = NOW
  successes = 0

  constructor(tenants: readonly Tenant[], random: SeededRandom) {
    this.#tenants = tenants
    this.#random = random
  }

  /** Does something; returns `ok` or the code it failed with. */
  async step(): Promise<string> {
    this.#now += this.#random.below(60_000)
    const outcome = await outcomeOf(this.#something())
    if (outcome === 'ok') this.successes += 1
    return outcome
  }

  async audit(metadata: Facts, label: string): Promise<void> {
    const live = new Set(await liveOf(metadata))
    const pointedTo = new Set<SegmentName>()
    for (const tenant of this.#tenants) await this.#addObjects(tenant, pointedTo)
    for (const { tenant, id } of this.#uploads) await addUpload(tenant, id, pointedTo)
    for (const { name } of await metadata.findAssemblies({ names: [...pointedTo] })) pointedTo.delete(name)
    assert.deepEqual(live, pointedTo, label)
    for (const name of await garbageOf(metadata, this.#now)) {
      assert.ok(!live.has(name), `${label}: ${name} is live and garbage`)
      assert.ok(this.#segments.has(name), `${label}: ${name} came from nowhere`)
    }
  }

  async #addObjects(tenant: Tenant, to: Set<SegmentName>): Promise<void> {
    for (const bucket of BUCKETS) {
      const { objects, total } = await tenant.list({ bucket })
      const bytes = objects.reduce((sum, { content }) => sum + (content?.size ?? 0), 0)
      assert.deepEqual(await tenant.usage(bucket), { objects: objects.length, bytes })
      assert.equal(total, objects.length)
      for (const { content } of objects) {
        if (content === null) continue
        const extents = await extentsOf(tenant.metadata, content.blob)
        assert.equal(
          extents.reduce((sum, { size }) => sum + size, 0),
          content.size,
        )
        for (const { segment, inline } of extents) if (inline === null) to.add(segment)
      }
    }
  }

  #something(): Promise<unknown> {
    const random = this.#random
    const now = this.#now
    const { tenant, id } = random.pick([...this.#uploads, this.#stranger()])
    const owner = random.pick(this.#tenants)
    const place = { bucket: random.pick(BUCKETS), key: random.pick(KEYS) }
    const how = { conflict: random.pick(POLICIES), objectsMax: random.pick([0, 0, 5]), now }
    const does: readonly (() => Promise<unknown>)[] = [
      () => this.#begin(owner, place),
      () => this.#begin(owner, place),
      async () => tenant.attach({ id }, 1 + random.below(3), await this.#staged(tenant), now),
      async () => tenant.attach({ id }, 1 + random.below(3), await this.#staged(tenant), now),
      async () => tenant.attach({ id }, 1 + random.below(3), await this.#staged(tenant), now),
      () => this.#attachSlot(tenant, id),
      () => this.#attachSlot(tenant, id),
      () => tenant.seal({ id }, now),
      () => tenant.commit({ id }, how),
      () => this.#commit(tenant, id, how),
      () => this.#commit(tenant, id, how),
      () => tenant.metadata.settleAssemblies({ account: tenant.account, upload: { id }, now }),
      () => tenant.renew({ id }, now + random.below(HOUR_MS), now),
      () => tenant.abort({ id }, now),
      () => tenant.fail({ id }, 'reason', null, now),
      async () => owner.put({ ...place, ...how, staged: await this.#staged(owner) }),
      () => owner.delete(place, now),
      () => owner.hold(place, random.pick([1, -1, -1]), now),
      () => owner.metadata.expireUploads({ now, limit: 2 }),
      () => this.#sweep(owner.metadata),
    ]
    return random.pick(does)()
  }

  async #begin(tenant: Tenant, place: { readonly bucket: BucketName; readonly key: string }): Promise<void> {
    const ref = this.#random.pick(['r', 's', 't'])
    const expiresAt = this.#now + this.#random.below(HOUR_MS)
    const { id } = await tenant.begin({ ...place, ref, now: this.#now, expiresAt })
    if (!this.#uploads.some((upload) => upload.id === id)) this.#uploads.push({ tenant, id })
  }

  async #attachSlot(tenant: Tenant, id: UploadId): Promise<void> {
    const now = this.#now
    const [number, kind] = [1 + this.#random.below(6), 1 + this.#random.below(2)]
    const offer = await newOffer(tenant)
    this.#segments.add(offer.name)
    const answer = await claim(tenant, { id }, number, { kind, offer, now })
    if (answer.outcome !== 'claimed') return
    await tenant.attach({ id }, number, slotOf(answer.assembly, 1 + this.#random.below(1000)), now)
  }

  /** As the core does it: what lies in assemblies is put together first. */
  async #commit(tenant: Tenant, id: UploadId, how: Parameters<Tenant['commit']>[1]): Promise<unknown> {
    const now = this.#now
    try {
      return await tenant.commit({ id }, how)
    } catch (error) {
      if (!isUnassembled(error)) throw error
    }
    await tenant.seal({ id }, now)
    await tenant.metadata.settleAssemblies({ account: tenant.account, upload: { id }, now })
    return tenant.commit({ id }, how)
  }

  async #staged(tenant: Tenant): Promise<Staged> {
    if (this.#random.below(3) === 0) return tenant.inline('x'.repeat(1 + this.#random.below(50)))
    const staged = await tenant.stored(1 + this.#random.below(1000), this.#now + this.#random.below(HOUR_MS))
    this.#segments.add(staged.name)
    return staged
  }

  async #sweep(metadata: Facts): Promise<void> {
    const names = await metadata.listGarbage({ now: this.#now, limit: 5 })
    await metadata.forgetSegments({ names, now: this.#now })
  }

  /** An account that tries an upload of another. */
  #stranger(): { readonly tenant: Tenant; readonly id: UploadId } {
    const tenant = this.#random.pick(this.#tenants)
    const other = this.#uploads.findLast((upload) => upload.tenant !== tenant)
    return { tenant, id: other?.id ?? tenant.newUploadId() }
  }
}

async function addUpload(tenant: Tenant, id: UploadId, to: Set<SegmentName>): Promise<void> {
  const upload = await tenant.findUpload({ id })
  if (upload?.state !== 'open' && upload?.state !== 'sealed') return
  const parts = await tenant.listParts({ id })
  const extents = await extentsOf(tenant.metadata, upload.blob)
  assert.deepEqual(
    extents.map(({ segment }) => segment),
    parts.map(({ segment }) => segment),
  )
  for (const { segment, inline } of extents) if (inline === null) to.add(segment)
}

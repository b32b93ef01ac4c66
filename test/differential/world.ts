import type { TimeMs } from '../../src/core/clock.ts'
import {
  type AccountId,
  asAccountId,
  type BlobId,
  type DeliveryId,
  newBlobId,
  newDeliveryId,
  newObjectId,
  newSegmentName,
  newUploadId,
  type ObjectId,
  type SegmentName,
  type UploadId,
} from '../../src/core/ids.ts'
import { type BucketName, bucketName, userBucket } from '../../src/core/model/buckets.ts'
import type { NewDelivery } from '../../src/core/model/deliveries.ts'
import type { JsonObject } from '../../src/core/model/json.ts'
import type { AccountLimits } from '../../src/core/model/limits.ts'
import type { ConflictPolicy } from '../../src/core/model/objects.ts'
import type { SeededRandom } from '../contracts/metadata/random.ts'
import { Known } from './known.ts'
import { ACCOUNT_LIMITS, jsonOf, NAMES } from './values.ts'

const BEGINNING: TimeMs = 1_800_000_000_000
export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS

export const ACCOUNTS: readonly AccountId[] = ['a', "o'ther"].map(asAccountId)
export const BUCKETS: readonly BucketName[] = [bucketName('x', 'one'), bucketName('x', 'two/\uff00')]
/** Those that commands make and remove. */
export const USERS_BUCKETS: readonly BucketName[] = ['mine', 'ours.\u{1d4b3}'].map(userBucket)
export const TOPICS: readonly string[] = ['x.ready', 'x.review', 'y']

/** How likely each argument is to be wrong, in a thousand: most commands are right, and some are wrong in several ways. */
const FAULT_RATES: readonly number[] = [5, 5, 5, 10, 10, 20, 20, 60, 120, 500]
const STEPS_MS: readonly number[] = [0, 1, 20, 20, 700, 700, 5_000, 5_000, 60_000]
/** One argument in so many times stops for as long as most uploads live. */
const COMMANDS_PER_PAUSE = 500

/** What the commands of one history are made of: chance, a clock, and what is known of the stores' things. */
export class World {
  readonly random: SeededRandom
  readonly known = new Known()
  #clock: TimeMs = BEGINNING
  #faultRate = 0

  constructor(random: SeededRandom) {
    this.random = random
  }

  /** The next command begins: time goes on, now and then back a bit. */
  next(): void {
    this.#faultRate = this.random.pick(FAULT_RATES)
    this.#clock += this.random.below(this.random.pick(STEPS_MS) + 1)
    if (this.random.below(40) === 0) this.#clock -= this.random.below(5 * SECOND_MS)
    if (this.random.below(COMMANDS_PER_PAUSE) === 0) this.#clock += HOUR_MS
  }

  /** Whether this argument is wrong. */
  fault(): boolean {
    return this.chance(this.#faultRate)
  }

  /** True so many times in a thousand. */
  chance(perMille: number): boolean {
    return this.random.below(1000) < perMille
  }

  /** The right one, but for faults. */
  or = <Value>(right: Value, wrong: () => Value): Value => (this.fault() ? wrong() : right)

  pick = <Item>(items: readonly Item[]): Item => this.random.pick(items)

  /** One of these; undefined where that is one of them. */
  any<Item>(items: readonly Item[]): Item | undefined {
    return items[this.random.below(items.length)]
  }

  /** Some of these, up to so many, in any order; now and then one twice. */
  some<Item>(items: readonly Item[], most: number): readonly Item[] {
    if (items.length === 0) return []
    const chosen = this.random.shuffled(items).slice(0, this.random.below(most + 1))
    return this.fault() ? [...chosen, this.pick(items)] : chosen
  }

  now(): TimeMs {
    return this.or(this.#clock, () => this.#clock + this.pick([-HOUR_MS, -MINUTE_MS, -1, 2 * HOUR_MS]))
  }

  /** Whether a moment is still to come. */
  isAhead = (moment: TimeMs): boolean => moment > this.#clock

  /** A moment from now on. */
  later(mostMs = 3 * HOUR_MS): TimeMs {
    return this.or(this.#clock + this.random.below(mostMs), () => this.#clock + this.pick([-MINUTE_MS, 0, 1]))
  }

  /** A moment up to now. */
  before(mostMs = 3 * HOUR_MS): TimeMs {
    return this.#clock - this.random.below(mostMs)
  }

  account(own?: AccountId): AccountId {
    return own === undefined ? this.pick(ACCOUNTS) : this.or(own, () => this.pick(ACCOUNTS))
  }

  bucket(own?: BucketName): BucketName {
    const wrong = [...BUCKETS, ...USERS_BUCKETS, bucketName('x', 'never'), bucketName('t', 'realm/v')]
    return this.or(own ?? this.pick([...BUCKETS, ...BUCKETS, ...USERS_BUCKETS]), () => this.pick(wrong))
  }

  key(): string {
    return this.pick(NAMES)
  }

  /** Limits that the command knows of its account, now and then. */
  within(): { readonly within?: AccountLimits } {
    return this.chance(200) ? { within: this.pick(ACCOUNT_LIMITS) } : {}
  }

  json(): JsonObject {
    return jsonOf(this.random)
  }

  conflict(): ConflictPolicy {
    return this.pick(['fail', 'rename', 'overwrite', 'overwrite'])
  }

  /** The version that a command wants: mostly the right one or none. */
  ifVersion(right: number | undefined): number | null {
    const stale = () => this.pick([(right ?? 1) - 1, (right ?? 1) + 1, 0, -1, Number.MAX_SAFE_INTEGER])
    return this.or(this.chance(500) ? (right ?? null) : null, stale)
  }

  limit(): number {
    return this.pick([1, 2, 3, 10, 1000])
  }

  offset(): number {
    return this.pick([0, 0, 0, 1, 2, 50])
  }

  deliveries(): readonly NewDelivery[] {
    const count = this.pick([0, 0, 0, 1, 2])
    return Array.from({ length: count }, () => ({
      id: this.newDeliveryId(),
      topic: this.pick(TOPICS),
      body: this.json(),
    }))
  }

  newUploadId = (): UploadId => newUploadId(this.random, this.#clock)
  newBlobId = (): BlobId => newBlobId(this.random, this.#clock)
  newObjectId = (): ObjectId => newObjectId(this.random, this.#clock)
  newSegmentName = (): SegmentName => newSegmentName(this.random)
  newDeliveryId(): DeliveryId {
    const id = newDeliveryId(this.random, this.#clock)
    this.known.deliveries.put(id, id)
    return id
  }
}

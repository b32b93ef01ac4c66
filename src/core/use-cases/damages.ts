import { CoreError, isCoreError } from '../errors.ts'
import type { BlobId, SegmentName } from '../ids.ts'
import { putLatest } from '../latest.ts'
import type { Extent } from '../model/bytes.ts'
import type { Damage, DamageKind, DamagePlace } from '../model/damages.ts'
import type { Ports } from '../ports.ts'

/** What was found damaged, by whoever meets it. */
export interface Damages {
  /** How often damaged bytes were met since the start. */
  readonly count: number
  /**
   * Counts a finding, tells the operator of it, and writes it down for repair, unless that was done a moment ago. Never rejects: what
   * could not be written down is met again.
   */
  note(damage: Damage): Promise<void>
}

type DamagePorts = Pick<Ports, 'metadata' | 'clock' | 'onDamage'>

/** A finding is written down again after so long. */
const AGAIN_MS = 60_000
const NOTED_MAX = 1000

export function createDamages({ metadata, clock, onDamage }: DamagePorts): Damages {
  const noted = new Map<string, number>()
  let count = 0
  return {
    get count() {
      return count
    },
    note: async (damage) => {
      count += 1
      onDamage?.(damage)
      const now = clock.now()
      const key = `${damage.segment} ${damage.number} ${damage.block} ${damage.kind}`
      if (Math.abs(now - (noted.get(key) ?? Number.NEGATIVE_INFINITY)) < AGAIN_MS) return
      try {
        await metadata.recordDamage({ ...damage, now })
        putLatest(noted, key, now, NOTED_MAX)
      } catch {
        // The metadata may be what is broken.
      }
    },
  }
}

/** An error of bytes that are damaged, with the part that they are of; any other error as it is. */
export function placed(error: unknown, { segment, number }: Pick<Extent, 'segment' | 'number'>): unknown {
  if (!isCoreError(error, 'storage-failed') || error.detail.damage === undefined) return error
  return new CoreError(error.code, error.message, { ...error.detail, segment, number }, error.cause)
}

/** What a failed read says of damaged bytes; null where it failed for another reason. */
export function damageOf(error: unknown): (DamagePlace & { readonly kind: DamageKind }) | null {
  if (!isCoreError(error, 'storage-failed')) return null
  const { damage, segment, number, block = null } = error.detail
  if (damage === undefined || segment === undefined) return null
  return {
    ...{ segment: segment as SegmentName, number: Number(number) },
    ...{ block: block === null ? null : Number(block), kind: damage as DamageKind },
  }
}

/** What the bytes of a read belong to. */
export interface Watched {
  readonly blob: BlobId
  readonly thing: Damage['thing']
  /** Whether the bytes are rightly gone. */
  isGone(): Promise<boolean>
}

/**
 * Gives the bytes. Where they are gone because what they belong to was deleted meanwhile, it fails with `object-not-found`. Bytes that
 * are damaged are noted, and the error names what they belong to.
 */
export async function* watched(
  damages: Damages,
  bytes: AsyncIterable<Uint8Array>,
  { blob, thing, isGone }: Watched,
): AsyncIterable<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    if (!isCoreError(error, 'storage-failed')) throw error
    if (await isGone()) throw new CoreError('object-not-found', 'the object was deleted while it was read')
    const damage = damageOf(error)
    if (damage === null) throw error
    await damages.note({ ...damage, blob, thing, finder: 'read' })
    const { type, ...where } = thing
    throw new CoreError(error.code, error.message, { ...error.detail, of: type, ...where }, error.cause)
  }
}

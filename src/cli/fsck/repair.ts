import type { Config } from '../../config/load.ts'
import { isCoreError } from '../../core/errors.ts'
import { damageOf, type Finding } from '../../core/fsck/findings.ts'
import type { SegmentName } from '../../core/ids.ts'
import type { CheckedPart } from '../../core/ports/facts-checker.ts'
import { openStores, type Stores } from '../../stores.ts'
import { systemClock } from '../../system.ts'

/** With more unknown bytes than these, and than a tenth of the parts, the facts are probably those of another installation. */
const ORPHANS_MAX = 10
const ORPHANS_SHARE = 1 / 10

export interface Repair {
  /** To be told of each finding. */
  note(finding: Finding): Promise<void>
  /** Keeps the sums of a part's blocks, where it has none. */
  keepSums(part: CheckedPart, sums: Uint8Array): Promise<void>
  /** At the end: mends what is safe, and says what it did, in a line each. `isWhole`: everything was looked at, every byte included. */
  end(looked: { readonly parts: number; readonly isWhole: boolean }): Promise<readonly string[]>
  close(): Promise<void>
}

/**
 * What `--repair` does, beside a server or without one: it removes bytes that nothing points to, keeps the list of damages as it is now, and
 * gives sums to the blocks of parts that have none. It never deletes an object, and changes no fact but these.
 */
export async function openRepair(config: Config): Promise<Repair> {
  const stores = await openStores(config, { isAlone: false, onLost: () => {}, onProblem: () => {} })
  const now = (await stores.metadata.databaseTime({})) ?? systemClock.now()
  const orphans: SegmentName[] = []
  let summed = 0
  return {
    note: async (finding) => {
      if (finding.problem === 'orphan') orphans.push(finding.segment)
      const damage = damageOf(finding, 'fsck')
      if (damage !== null) await stores.metadata.recordDamage({ ...damage, now })
    },
    keepSums: async ({ blob, number, segment }, sums) => {
      if (await stores.metadata.setBlocks({ blob, number, segment, sums })) summed += 1
    },
    end: async ({ parts, isWhole }) => {
      if (isWhole) await stores.metadata.forgetDamages({ seenBefore: now })
      const removed = await removeOrphans(stores, orphans, parts, now)
      return summed === 0
        ? removed
        : [...removed, `written: the sums of the blocks of ${summed} parts that had none`]
    },
    close: () => stores.close(),
  }
}

async function removeOrphans(
  stores: Stores,
  orphans: readonly SegmentName[],
  parts: number,
  now: number,
): Promise<readonly string[]> {
  if (orphans.length > ORPHANS_MAX && orphans.length > parts * ORPHANS_SHARE) {
    return [
      `nothing was removed: ${orphans.length} unknown segments beside ${parts} parts look like bytes of other facts; if they are not, remove them by hand`,
    ]
  }
  const told: string[] = []
  for (const name of orphans) {
    if (await removed(stores, name, now)) told.push(`removed: segment ${name}`)
  }
  return told
}

/** The name is garbage in the facts first, so that the sweep ends what is broken off here. */
async function removed({ metadata, blobs }: Stores, name: SegmentName, now: number): Promise<boolean> {
  const names = [name]
  try {
    await metadata.reserveSegments({ names, leaseUntil: now })
  } catch (error) {
    // The facts know the name by now.
    if (isCoreError(error, 'storage-failed')) return false
    throw error
  }
  if ((await metadata.discardSegments({ names })).length > 0) {
    await blobs.remove(names)
    await metadata.forgetSegments({ names, now })
  }
  return true
}

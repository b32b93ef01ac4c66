import { randomUUID } from 'node:crypto'
import type { BlobsIdentity } from './core/model/bytes.ts'
import type { CoordinationCommands } from './core/ports/commands/coordination.ts'
import { ConfigError } from './settings/error.ts'

/** A store that can be told from others by what lies in it. */
export interface Marked {
  /** Null where no mark lies there. */
  read(): Promise<string | null>
  write(mark: string): Promise<void>
}

/**
 * Facts and bytes belong together: a node that shares the facts but has another disk, or another bucket, would miss what
 * the others wrote, and must not start. A store with a mark may be anywhere; one that gets its mark now has to be where the facts know it.
 * Throws a ConfigError; errors of the stores go on.
 */
export async function requireSameBlobs(
  metadata: CoordinationCommands,
  place: string,
  store: Marked | null,
): Promise<void> {
  const found = store === null ? null : await store.read()
  const known = await metadata.registerBlobs({ place, mark: store === null ? null : (found ?? randomUUID()) })
  requireKnown(known, { place, mark: found })
  if (known.mark !== null && known.mark !== found) await store?.write(known.mark)
}

/** Throws a ConfigError where a store is not the one that the facts know. Changes neither. */
export function requireKnown(known: BlobsIdentity, { place, mark }: BlobsIdentity): void {
  if (known.mark !== null && known.mark === mark) return
  if (known.place !== place) {
    throw refused(`is ${place}, but the bytes that the metadata knows are in ${known.place}`)
  }
  if (mark !== null) throw refused(`${place} has the mark of another store`)
}

const refused = (why: string): ConfigError =>
  new ConfigError(`blobs: ${why}; accepted: that store, from one machine alone where it is a disk`)

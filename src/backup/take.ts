import type { Clock } from '../core/clock.ts'
import type { BlobStore } from '../core/ports/blobs.ts'
import type { CoordinationCommands } from '../core/ports/commands/coordination.ts'
import type { FactsSnapshot, KeptSegment } from '../core/ports/snapshot.ts'
import { type Random, randomHex } from '../core/random.ts'
import { checked, Measure, sizeOf } from './checked.ts'
import { type Copied, copyAll } from './copying.ts'
import { type KeyFile, keepKeys } from './keys.ts'
import {
  backupPath,
  type Manifest,
  type ManifestFile,
  readPlace,
  segmentPath,
  writeManifest,
} from './manifest.ts'
import { pauseSweep } from './pause.ts'
import type { Place } from './place.ts'
import { prune } from './prune.ts'
import { type ListSums, linesOf } from './segment-list.ts'
import type { Hearers } from './telling.ts'
import type { Throttle } from './throttle.ts'

export interface BackupOptions {
  readonly facts: Pick<CoordinationCommands, 'leaseJob'>
  readonly blobs: Pick<BlobStore, 'read'>
  readonly place: Place
  /** All facts as they are when this is called. */
  readonly takeSnapshot: () => Promise<FactsSnapshot>
  readonly clock: Clock
  readonly random: Random
  readonly throttle: Throttle
  readonly hear: Hearers
  /** What else a restore needs. */
  readonly keys: readonly KeyFile[]
  /** So many backups stay. Null: all. */
  readonly keep: number | null
  /** Of the program. */
  readonly version: string
}

export interface BackupReport {
  readonly backup: Manifest
  /** The names of backups that went. */
  readonly removed: readonly string[]
}

/**
 * Takes a backup while the server goes on: a pause of the sweep, a snapshot of the facts, the segments that it names and the place does not
 * have, and the manifest last. What a killed backup has copied is not copied again. A segment that cannot be read right is told, stands in
 * the manifest, and does not keep the rest. Errors: those of the stores and the place; `unavailable` when another backup goes on.
 */
export async function takeBackup(options: BackupOptions): Promise<BackupReport> {
  const { facts, clock, random, place, keep } = options
  const pause = await pauseSweep(facts, clock, random)
  try {
    const { unfinished } = await readPlace(place)
    await place.remove(unfinished)
    const takenAt = new Date(clock.now())
    const snapshot = await options.takeSnapshot()
    let backup: Omit<Manifest, 'format'>
    try {
      backup = await fill(options, snapshot, takenAt)
    } finally {
      await snapshot.close()
    }
    pause.require()
    await place.settle()
    await writeManifest(place, backup)
    await place.settle()
    const removed = keep === null ? [] : await prune(place, keep)
    return { backup: { format: 1, ...backup }, removed }
  } finally {
    await pause.end()
  }
}

async function fill(
  options: BackupOptions,
  snapshot: FactsSnapshot,
  takenAt: Date,
): Promise<Omit<Manifest, 'format'>> {
  const { place, clock, version, random, throttle, hear } = options
  const name = nameOf(takenAt, random)
  hear.progress({ doing: 'facts', done: 0, of: 1, bytes: 0 })
  const facts = await writeFile(place, name, factsFile(snapshot), throttle(snapshot.bytes()))
  const sums: ListSums = { count: 0, bytes: 0 }
  const segments = await writeFile(place, name, 'segments.jsonl', linesOf(snapshot.segments(), sums))
  const { bad, ...copied } = await copySegments(options, snapshot.segments(), sums.count)
  return {
    ...{ name, takenAt: takenAt.toISOString(), finishedAt: new Date(clock.now()).toISOString(), version },
    facts: { ...facts, kind: snapshot.kind, steps: snapshot.steps },
    segments: { ...segments, ...sums },
    ...{ copied, bad },
    keys: await keepKeys(place, name, options.keys, writeFile),
  }
}

const factsFile = ({ kind }: FactsSnapshot): string => (kind === 'sqlite' ? 'facts.db' : 'facts.jsonl.gz')

/** Ends with something random, so that two names are never the same. */
const nameOf = (takenAt: Date, random: Random): string =>
  `${takenAt.toISOString().slice(0, 19).replaceAll(':', '-')}Z-${randomHex(random, 2)}`

async function writeFile(
  place: Place,
  backup: string,
  file: string,
  source: AsyncIterable<Uint8Array>,
): Promise<ManifestFile> {
  const measure = new Measure()
  await place.write(backupPath(backup, file), measure.of(source))
  return { file, size: measure.size, sha256: measure.sha256() }
}

function copySegments(
  { place, blobs, throttle, hear }: BackupOptions,
  segments: AsyncIterable<KeptSegment>,
  count: number,
): Promise<Copied> {
  const there = new ThereAlready(place)
  return copyAll({
    ...{ doing: 'segments', segments, of: count, hear },
    copy: async ({ name, extents }) => {
      const path = segmentPath(name)
      const size = sizeOf(extents)
      if (await there.has(path, size)) return false
      await place.write(path, throttle(checked(blobs.read(name, 0, size), extents)))
      return true
    },
  })
}

/** The segments of a place, listed folder by folder as they are asked for in order of name. */
class ThereAlready {
  readonly #place: Place
  readonly #folders = new Map<string, Promise<ReadonlyMap<string, number>>>()

  constructor(place: Place) {
    this.#place = place
  }

  async has(path: string, size: number): Promise<boolean> {
    const folder = path.slice(0, path.lastIndexOf('/'))
    let listed = this.#folders.get(folder)
    if (listed === undefined) {
      // Names come in order: no more than two folders are asked for at a time.
      for (const old of [...this.#folders.keys()].slice(0, -1)) this.#folders.delete(old)
      listed = this.#place
        .list(folder)
        .then((files) => new Map(files.map((file) => [file.path, file.size] as const)))
      this.#folders.set(folder, listed)
    }
    return (await listed).get(path) === size
  }
}

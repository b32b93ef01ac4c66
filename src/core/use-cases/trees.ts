import { newObjectId } from '../ids.ts'
import type { UploadIn } from '../model/addresses.ts'
import type { NewDelivery } from '../model/deliveries.ts'
import type { JsonObject } from '../model/json.ts'
import type { EntryId, FileEntry, VolumeAddress } from '../model/trees.ts'
import type { CommittedFile, FileTarget } from '../ports/commands/commits.ts'
import type { CopyDirectory } from '../ports/commands/copies.ts'
import type { TreeCommands } from '../ports/commands/trees.ts'
import type { Ports } from '../ports.ts'
import { commitUpload } from './assembling.ts'
import { createDamages, type Damages, type Watched } from './damages.ts'
import { type Filled, filling } from './filling.ts'
import { type LeadOptions, leadTo } from './leading.ts'
import { createReading, type ReadBlobOptions, type Reading } from './reading.ts'

/** Commands without a time or a fresh id. */
const PLAIN = [
  'findVolume',
  'listVolumes',
  'countVolumes',
  'updateVolume',
  'volumeUsage',
  'realmBytes',
  'realmSettings',
  'findEntry',
  'listEntries',
  'listFiles',
  'measureDirectory',
  'updateEntry',
  'listRecycled',
  'findRecycled',
  'createQuota',
  'findQuota',
  'updateQuota',
  'roomOf',
  'filesOfSize',
  'setFingerprint',
  'searchEntries',
] as const
/** Commands that need the time. */
const TIMED = [
  'deleteVolume',
  'setRealmSettings',
  'moveEntry',
  'removeEntry',
  'continueCopy',
  'restoreRecycled',
  'removeRecycled',
  'emptyBin',
  'expireRecycled',
  'findSearch',
  'deleteSearch',
] as const
/** Commands that make an entry: they need the time and a fresh id. */
const MAKING = ['putEntry', 'copyDirectory'] as const

/** Searches that go on, of one volume. */
const SEARCHES_MAX = 1_000

type Asked<Name extends keyof TreeCommands, Field extends string> = Filled<TreeCommands, Name, Field>

/** How an upload becomes a file. */
export type FileOptions = Omit<FileTarget, 'kind' | 'id'> & {
  /** Commit only if the upload still has this version; else `upload-changed`. */
  readonly ifVersion?: number
  /** Messages that go out if, and only if, the commit happens. */
  readonly deliveries?: readonly NewDelivery[]
}

/** The life of trees, as `TreeCommands` tells it. Times and fresh ids are filled in here. */
export interface Trees
  extends Asked<(typeof PLAIN)[number], never>,
    Asked<(typeof TIMED)[number], 'now'>,
    Asked<(typeof MAKING)[number], 'now' | 'id'>,
    Asked<'createVolume', 'now' | 'root'>,
    Asked<'makeDirectory', 'now' | 'ids'> {
  /** Makes an upload's bytes a file; seals first when that was not done. Repeats return the first file. */
  commit(upload: UploadIn, options: FileOptions): Promise<CommittedFile>
  /** One hold more on a file, as `holdEntry` tells it. */
  hold(file: Pick<FileEntry, 'volume' | 'id'>): Promise<FileEntry>
  /** One hold less. */
  release(file: Pick<FileEntry, 'volume' | 'id'>): Promise<FileEntry>
  /** Returns the id that `continueCopy` goes on with. */
  beginCopy(command: Omit<CopyDirectory, 'now' | 'id'>): Promise<EntryId>
  /**
   * Keeps a search that goes on, for so long from now; `id` null makes a new one. Returns its id. A volume keeps a thousand,
   * those that end last.
   */
  keepSearch(search: {
    readonly volume: VolumeAddress
    readonly id: EntryId | null
    readonly state: JsonObject
    readonly ttlMs: number
  }): Promise<EntryId>
  /**
   * Bytes `start` to `end` (exclusive; default all) of a file. Fails with `object-not-found` if the file was deleted or
   * overwritten and its bytes are gone, and with `storage-failed` where they are not those that were stored.
   */
  read(file: FileEntry, start?: number, end?: number, options?: ReadBlobOptions): AsyncIterable<Uint8Array>
  /** A link to the store for all of a file's bytes, where clients are led there; null where not, and for what is in a bin. See `leadTo`. */
  lead(file: FileEntry, options: LeadOptions): Promise<string | null>
}

export function createTrees(
  ports: Ports,
  damages: Damages = createDamages(ports),
  reading: Reading = createReading(ports, damages),
): Trees {
  const { metadata, clock, random } = ports
  const now = () => clock.now()
  const id = () => newObjectId(random, now())
  return {
    ...filling(metadata, PLAIN, () => ({})),
    ...filling(metadata, TIMED, () => ({ now: now() })),
    ...filling(metadata, MAKING, () => ({ id: id(), now: now() })),
    createVolume: (command) => metadata.createVolume({ ...command, root: id(), now: now() }),
    makeDirectory: (command) => metadata.makeDirectory({ ...command, ids: command.path.map(id), now: now() }),
    commit: (upload, { ifVersion = null, deliveries = [], ...options }) =>
      commitUpload(
        ports,
        upload,
        { target: { kind: 'file', id: id(), ...options }, ifVersion, deliveries },
        damages,
      ),
    hold: ({ volume, id: file }) => metadata.holdEntry({ volume, id: file, by: 1 }),
    release: ({ volume, id: file }) => metadata.holdEntry({ volume, id: file, by: -1 }),
    beginCopy: async (command) => {
      const copy = id()
      await metadata.beginCopy({ ...command, id: copy, now: now() })
      return copy
    },
    keepSearch: async ({ volume, id: kept, state, ttlMs }) => {
      const search = kept ?? id()
      const expiresAt = now() + ttlMs
      await metadata.saveSearch({ volume, id: search, state, expiresAt, searchesMax: SEARCHES_MAX })
      return search
    },
    read: ({ volume, id: file, name, path, content }, start = 0, end = content.size, options) => {
      const { blob, size } = content
      const of: Watched = {
        blob,
        thing: { type: 'file', ...volume, id: file, path: path?.join('/') ?? name },
        isGone: async () => {
          const now = await metadata.findEntry({ volume, at: { id: file } })
          return now?.kind !== 'file' || now.content.blob !== blob
        },
      }
      return reading.read(of, start, Math.min(end, size), options)
    },
    lead: async (file, options) => (file.path === null ? null : await leadTo(ports, file, options)),
  }
}

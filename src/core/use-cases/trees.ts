import { newObjectId } from '../ids.ts'
import type { UploadIn } from '../model/addresses.ts'
import type { NewDelivery } from '../model/deliveries.ts'
import type { EntryId, FileEntry, VolumeAddress } from '../model/trees.ts'
import type { CommittedFile, FileTarget } from '../ports/commands/commits.ts'
import type { TreeCommands } from '../ports/commands/trees.ts'
import type { Ports } from '../ports.ts'
import { commitUpload } from './assembling.ts'
import { readBlob, unlessDeleted } from './reading.ts'

/** How an upload becomes a file. */
export type FileOptions = Omit<FileTarget, 'kind' | 'id'> & {
  /** Commit only if the upload still has this version; else `upload-changed`. */
  readonly ifVersion?: number | null
  /** Messages that go out if, and only if, the commit happens. */
  readonly deliveries?: readonly NewDelivery[]
}

type Command<Name extends keyof TreeCommands> = Parameters<TreeCommands[Name]>[0]
type Asked<Name extends keyof TreeCommands, Filled extends string> = (
  command: Omit<Command<Name>, Filled>,
) => ReturnType<TreeCommands[Name]>

/** Commands that need nothing but the time. */
type Timed =
  | 'deleteVolume'
  | 'setRealmSettings'
  | 'moveEntry'
  | 'removeEntry'
  | 'removeDoomed'
  | 'restoreRecycled'
  | 'continueCopy'
  | 'removeRecycled'
  | 'emptyBin'
  | 'expireRecycled'
/** Commands that need a fresh id as well. */
type Making = 'putEntry' | 'copyDirectory' | 'beginCopy'
type Special = 'createVolume' | 'makeDirectory' | 'holdEntry'

/**
 * The life of trees, as `Trees` tells it; times and fresh ids are filled in here. `beginCopy` returns the id that
 * `continueCopy` goes on with.
 */
export type Trees = Omit<TreeCommands, Timed | Making | Special> & {
  readonly [Name in Timed]: Asked<Name, 'now'>
} & {
  /** Makes an upload's bytes a file; seals first when that was not done. Repeats return the first file. */
  commit(upload: UploadIn, options: FileOptions): Promise<CommittedFile>
  /** Keeps a file's bytes, as `holdEntry` says. */
  hold(volume: VolumeAddress, file: EntryId): Promise<FileEntry>
  release(volume: VolumeAddress, file: EntryId): Promise<FileEntry>
  readonly putEntry: Asked<'putEntry', 'now' | 'id'>
  readonly copyDirectory: Asked<'copyDirectory', 'now' | 'id'>
  readonly beginCopy: (
    command: Omit<Command<'beginCopy'>, 'now' | 'id'>,
  ) => Promise<Command<'beginCopy'>['id']>
  readonly createVolume: Asked<'createVolume', 'now' | 'root'>
  readonly makeDirectory: Asked<'makeDirectory', 'now' | 'ids'>
  /**
   * Bytes `start` to `end` (exclusive; default all) of a file. Fails with `object-not-found` where the file is deleted or
   * overwritten and its bytes are gone before they are read.
   */
  readonly read: (file: FileEntry, start?: number, end?: number) => AsyncIterable<Uint8Array>
}

export function createTrees(ports: Ports): Trees {
  const { metadata, clock, random } = ports
  const now = () => clock.now()
  const id = () => newObjectId(random, now())
  const { createVolume: _1, makeDirectory: _2, holdEntry: _3, ...rest } = metadata
  return {
    ...rest,
    deleteVolume: (command) => metadata.deleteVolume({ ...command, now: now() }),
    setRealmSettings: (command) => metadata.setRealmSettings({ ...command, now: now() }),
    moveEntry: (command) => metadata.moveEntry({ ...command, now: now() }),
    removeEntry: (command) => metadata.removeEntry({ ...command, now: now() }),
    removeDoomed: (command) => metadata.removeDoomed({ ...command, now: now() }),
    restoreRecycled: (command) => metadata.restoreRecycled({ ...command, now: now() }),
    removeRecycled: (command) => metadata.removeRecycled({ ...command, now: now() }),
    emptyBin: (command) => metadata.emptyBin({ ...command, now: now() }),
    expireRecycled: (command) => metadata.expireRecycled({ ...command, now: now() }),
    commit: (upload, { ifVersion = null, deliveries = [], ...options }) =>
      commitUpload(ports, upload, {
        target: { kind: 'file', id: id(), ...options },
        ...{ ifVersion, deliveries },
      }),
    hold: (volume, file) => metadata.holdEntry({ volume, id: file, by: 1 }),
    release: (volume, file) => metadata.holdEntry({ volume, id: file, by: -1 }),
    putEntry: (command) => metadata.putEntry({ ...command, id: id(), now: now() }),
    copyDirectory: (command) => metadata.copyDirectory({ ...command, id: id(), now: now() }),
    beginCopy: async (command) => {
      const copy = id()
      await metadata.beginCopy({ ...command, id: copy, now: now() })
      return copy
    },
    createVolume: (command) => metadata.createVolume({ ...command, root: id(), now: now() }),
    makeDirectory: (command) => metadata.makeDirectory({ ...command, ids: command.path.map(id), now: now() }),
    continueCopy: (command) => metadata.continueCopy({ ...command, now: now() }),
    read: ({ volume, id: file, content }, start = 0, end = content.size) =>
      unlessDeleted(readBlob(ports, content.blob, start, Math.min(end, content.size)), async () => {
        const now = await metadata.findEntry({ volume, at: { id: file } })
        return now?.kind !== 'file' || now.content.blob !== content.blob
      }),
  }
}

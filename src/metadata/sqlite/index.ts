import { Worker } from 'node:worker_threads'
import type { Staged } from '../../core/model/bytes.ts'
import type { Facts } from '../../core/ports/facts.ts'
import { READ_SCRIPTS, REPEATABLE_SCRIPTS, WRITE_SCRIPTS } from '../commands/index.ts'
import type { ReadName, WriteName } from './commands.ts'
import type { Durability } from './db.ts'
import { Lane } from './lane.ts'
import type { CommandOf, ResultOf } from './messages.ts'
import type { ThreadOptions } from './thread.ts'

export interface SqliteOptions {
  /** The database file; its folder exists. Two more files with the same beginning lie beside it. */
  readonly path: string
  /** `strict`: what was answered survives a power cut. `relaxed`: a power cut may undo the last moments. */
  readonly durability: Durability
  /** A thread of the store ended by itself: nothing works any more, and only a restart helps. */
  readonly onLost?: () => void
  /** Bring the schema up to date first (the default); else an older one is refused. */
  readonly migrates?: boolean
}

/**
 * Metadata in one SQLite file. One thread writes, with group commit; one reads. Other processes may open the same file
 * meanwhile. Fails with `metadata-failed`, `storage-full` or `unavailable` when the file cannot be opened or its schema is
 * newer than the program.
 */
export async function openSqliteMetadata(options: SqliteOptions): Promise<Facts> {
  const { path, durability, onLost, migrates = true } = options
  const writer = await startThread({ role: 'writer', path, durability, migrates }, onLost)
  let reader: Lane
  try {
    reader = await startThread({ role: 'reader', path, durability, migrates }, onLost)
  } catch (error) {
    await writer.close()
    throw error
  }
  const read = <Name extends ReadName>(name: Name) => ask(reader, name)
  const write = <Name extends WriteName>(name: Name) => ask(writer, name)
  return {
    beginUpload: write('beginUpload'),
    attachPart: (command) => writer.call('attachPart', ...handingOver(command)),
    renewUpload: write('renewUpload'),
    sealUpload: write('sealUpload'),
    commitUpload: write('commitUpload'),
    abortUpload: write('abortUpload'),
    failUpload: write('failUpload'),
    expireUploads: write('expireUploads'),
    forgetUploads: write('forgetUploads'),
    putObject: (command) => writer.call('putObject', ...handingOver(command)),
    updateObject: write('updateObject'),
    deleteObject: write('deleteObject'),
    holdObject: write('holdObject'),
    findUpload: read('findUpload'),
    listParts: read('listParts'),
    findObject: read('findObject'),
    listObjects: read('listObjects'),
    usage: read('usage'),
    listExtents: read('listExtents'),
    reserveSegments: write('reserveSegments'),
    extendSegments: write('extendSegments'),
    discardSegments: write('discardSegments'),
    listGarbage: write('listGarbage'),
    forgetSegments: write('forgetSegments'),
    listLiveSegments: read('listLiveSegments'),
    leaseDeliveries: write('leaseDeliveries'),
    settleDelivery: write('settleDelivery'),
    postponeDelivery: write('postponeDelivery'),
    leaseJob: write('leaseJob'),
    registerBlobs: write('registerBlobs'),
    commitFile: write('commitFile'),
    fillObject: write('fillObject'),
    searchObjects: read('searchObjects'),
    ...asked(READ_SCRIPTS, read),
    ...asked(REPEATABLE_SCRIPTS, write),
    ...asked(WRITE_SCRIPTS, write),
    close: async () => {
      // The writer goes last: it leaves the file in one piece, which it can only when nobody reads.
      await reader.close()
      await writer.close()
    },
  }
}

const startThread = (options: ThreadOptions, onLost: (() => void) | undefined): Promise<Lane> =>
  Lane.start(
    new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: options,
      // Commands are small and short-lived: the default would let 48 MiB of them wait for collection.
      resourceLimits: { maxYoungGenerationSizeMb: 6 },
    }),
    onLost,
  )

const ask =
  <Name extends ReadName | WriteName>(lane: Lane, name: Name) =>
  (command: CommandOf<Name>): Promise<ResultOf<Name>> =>
    lane.call(name, command)

/** A method for each script's name. */
function asked<Name extends ReadName | WriteName>(
  scripts: Readonly<Record<Name, unknown>>,
  method: (name: Name) => unknown,
): Pick<Facts, Name> {
  const names = Object.keys(scripts) as Name[]
  return Object.fromEntries(names.map((name) => [name, method(name)])) as Pick<Facts, Name>
}

/** The command with its own tight copy of inline bytes, which moves to the thread; the caller's stay usable. */
function handingOver<Command extends { readonly staged: Staged | null }>(
  command: Command,
): [Command, ArrayBuffer[]] {
  const { staged } = command
  if (staged?.where !== 'inline') return [command, []]
  const bytes = new Uint8Array(staged.bytes)
  return [{ ...command, staged: { ...staged, bytes } }, [bytes.buffer]]
}

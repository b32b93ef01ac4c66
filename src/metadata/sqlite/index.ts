import { Worker } from 'node:worker_threads'
import type { Staged } from '../../core/model/bytes.ts'
import type { Facts } from '../../core/ports/facts.ts'
import { COMMANDS, factsOf } from '../commands/index.ts'
import type { ConnectionOptions } from './connection.ts'
import type { Durability } from './db.ts'
import { type CommandLane, Lane } from './lane.ts'
import { openLoneLane } from './lone-lane.ts'
import { openReadLane } from './read-lane.ts'

export interface SqliteOptions {
  /** The database file; its folder exists. Two more files with the same beginning lie beside it. */
  readonly path: string
  /** `strict`: what was answered survives a power cut. `relaxed`: a power cut may undo the last moments. */
  readonly durability: Durability
  /** Called when a thread of the store ends by itself. Nothing works any more, and only a restart helps. */
  readonly onLost?: () => void
  /** True (the default): bring the schema up to date first. False: refuse an older one. */
  readonly migrates?: boolean
  /**
   * Free bytes of the disk below which commands that grow fail with `storage-full`; all others go on, by a file beside the
   * database that gives its room back when the disk is full. Default: nothing is kept free.
   */
  readonly reserveBytes?: number
  /**
   * True (the default): others go on while the database works. False: it works in the caller's thread, which costs little
   * to start and suits who has one command at a time.
   */
  readonly threads?: boolean
}

/**
 * Metadata in one SQLite file. One thread writes, with group commit; one reads. What is looked up by its key is read in the caller's
 * thread, as long as the disk answers at once. Other processes may open the same file
 * meanwhile. Fails with `metadata-failed`, `storage-full` or `unavailable` when the file cannot be opened or its schema is
 * newer than the program.
 */
export async function openSqliteMetadata(options: SqliteOptions): Promise<Facts> {
  const { path, durability, onLost, migrates = true, reserveBytes = null, threads = true } = options
  const setup = { path, durability, migrates, reserveBytes }
  if (!threads) return openAlone(setup)
  const writer = await startThread({ role: 'writer', ...setup }, onLost)
  try {
    const startReader = () => startThread({ role: 'reader', ...setup }, onLost)
    return factsIn(
      openReadLane(path, startReader, () => performance.now()),
      writer,
    )
  } catch (error) {
    await writer.close()
    throw error
  }
}

/** In the caller's thread. */
async function openAlone(setup: Omit<ConnectionOptions, 'role'>): Promise<Facts> {
  const writer = await openLoneLane({ role: 'writer', ...setup })
  try {
    return factsIn(await openLoneLane({ role: 'reader', ...setup }), writer)
  } catch (error) {
    await writer.close()
    throw error
  }
}

function factsIn(reader: CommandLane, writer: CommandLane): Facts {
  const close = async () => {
    // The writer ends last. It leaves the file in one piece, and can do so only when nobody reads.
    await reader.close()
    await writer.close()
  }
  return factsOf((name, command) => {
    const lane = COMMANDS[name].kind === 'read' ? reader : writer
    return lane.call(name, ...handingOver(command))
  }, close)
}

/** Loads its code, and then waits to be told what to open. */
const newThread = (): Worker =>
  new Worker(new URL('./thread.ts', import.meta.url), {
    // Commands are small and short-lived: the default would let 48 MiB of them wait for collection.
    resourceLimits: { maxYoungGenerationSizeMb: 6 },
  })

let spare: Worker | null = null

/** Has a thread load its code for the next database that is opened, while the caller does other things. It keeps no process alive. */
export function warmUp(): void {
  spare ??= newThread()
  spare.unref()
}

/** Ends a thread that `warmUp` made and nobody needs. */
export async function coolDown(): Promise<void> {
  const unused = spare
  spare = null
  await unused?.terminate()
}

function startThread(options: ConnectionOptions, onLost: (() => void) | undefined): Promise<Lane> {
  const worker = spare ?? newThread()
  spare = null
  worker.ref()
  worker.postMessage(options)
  return Lane.start(worker, onLost)
}

/** A command with its own tight copy of inline bytes, which moves to the thread; the caller's stay usable. */
function handingOver(command: object): [object, ArrayBuffer[]] {
  if (!hasStaged(command) || command.staged?.where !== 'inline') return [command, []]
  const bytes = new Uint8Array(command.staged.bytes)
  return [{ ...command, staged: { ...command.staged, bytes } }, [bytes.buffer]]
}

/** Whatever command brings bytes has them under this name. */
const hasStaged = (command: object): command is { readonly staged: Staged | null } => 'staged' in command

import { Worker } from 'node:worker_threads'
import type { Staged } from '../../core/model/bytes.ts'
import type { Facts } from '../../core/ports/facts.ts'
import { COMMANDS, factsOf, isLookUp } from '../commands/index.ts'
import type { ConnectionOptions } from './connection.ts'
import type { Durability } from './db.ts'
import { type CommandLane, Lane } from './lane.ts'
import { openLoneLane } from './lone-lane.ts'
import { openLookUps } from './look-ups.ts'

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
  const start = (role: ConnectionOptions['role']): Promise<CommandLane> =>
    threads ? startThread({ role, ...setup }, onLost) : openLoneLane({ role, ...setup })
  const open: CommandLane[] = []
  const close = async () => {
    // The writer ends last. It leaves the file in one piece, and can do so only when nobody reads.
    for (const lane of open.toReversed()) await lane.close()
  }
  const opened = (lane: CommandLane): CommandLane => {
    open.push(lane)
    return lane
  }
  try {
    const writer = opened(await start('writer'))
    const reader = opened(await start('reader'))
    const lookUps = threads ? opened(openLookUps(path, reader, () => performance.now())) : reader
    return factsOf((name, command) => {
      const lane = isLookUp(name, command) ? lookUps : COMMANDS[name].kind === 'read' ? reader : writer
      return lane.call(name, ...handingOver(command))
    }, close)
  } catch (error) {
    await close()
    throw error
  }
}

const startThread = (options: ConnectionOptions, onLost: (() => void) | undefined): Promise<Lane> =>
  Lane.start(
    new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: options,
      // Commands are small and short-lived: the default would let 48 MiB of them wait for collection.
      resourceLimits: { maxYoungGenerationSizeMb: 6 },
    }),
    onLost,
  )

/** A command with its own tight copy of inline bytes, which moves to the thread; the caller's stay usable. */
function handingOver(command: object): [object, ArrayBuffer[]] {
  if (!hasStaged(command) || command.staged?.where !== 'inline') return [command, []]
  const bytes = new Uint8Array(command.staged.bytes)
  return [{ ...command, staged: { ...command.staged, bytes } }, [bytes.buffer]]
}

/** Whatever command brings bytes has them under this name. */
const hasStaged = (command: object): command is { readonly staged: Staged | null } => 'staged' in command

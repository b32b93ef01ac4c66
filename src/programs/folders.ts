import {
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CoreError } from '../core/errors.ts'
import { type DiskRoom, isDiskFull, type RoomPromise } from '../disk-room.ts'
import { killGroup } from './run.ts'

/** The folders that are made here: all else is somebody else's. */
const OWN_NAME = /^(\d+)-[A-Za-z0-9]{6}$/

/** Folders of files that programs read. A folder's name begins with the id of the process that made it. */
export class Folders {
  readonly #root: string
  readonly #room: DiskRoom

  /** Removes what processes have left that are gone, and ends the programs that they have left running. */
  constructor(root: string, room: DiskRoom) {
    this.#room = room
    mkdirSync(root, { recursive: true, mode: 0o700 })
    // Without links, as the system tells where a process runs.
    this.#root = realpathSync(root)
    for (const entry of readdirSync(this.#root, { withFileTypes: true })) {
      const [name, digits] = OWN_NAME.exec(entry.name) ?? []
      if (name === undefined || !entry.isDirectory()) continue
      const maker = Number(digits)
      // A process of the same id was here before: in a container they all have the same.
      if (maker === process.pid || !isRunning(maker)) removeLeft(join(this.#root, name))
    }
  }

  /** As `withFile` of the port. */
  async withFile<T>(
    name: string,
    bytes: AsyncIterable<Uint8Array>,
    use: (file: { readonly folder: string; readonly path: string }) => Promise<T>,
  ): Promise<T> {
    const folder = await onDisk(() => mkdtemp(join(this.#root, `${process.pid}-`)))
    const room = this.#room.promise(0)
    try {
      const path = join(folder, name)
      const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
      await onDisk(() => pipeline(withRoom(bytes, room), file))
      return await use({ folder, path })
    } finally {
      await rm(folder, { recursive: true, force: true })
      this.#room.freed()
    }
  }
}

/** The bytes, as long as there is room for them. Errors: `storage-full`. */
async function* withRoom(bytes: AsyncIterable<Uint8Array>, room: RoomPromise): AsyncIterable<Uint8Array> {
  for await (const chunk of bytes) {
    await room.requireMore(chunk.byteLength)
    room.written(chunk.byteLength)
    yield chunk
  }
}

/** Errors of the system are the store's. Those of the bytes' source stay what they are. */
async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    throw new CoreError(isDiskFull(error) ? 'storage-full' : 'storage-failed', error.message, {}, error)
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function removeLeft(folder: string): void {
  for (const group of groupsIn(folder)) killGroup(group)
  rmSync(folder, { recursive: true, force: true })
}

/** The groups of processes that run in a folder, as far as the system tells. Nobody but programs of ours runs there. */
function groupsIn(folder: string): ReadonlySet<number> {
  const groups = new Set<number>()
  for (const pid of processes()) {
    const where = read(() => readlinkSync(`/proc/${pid}/cwd`))
    if (where !== folder && where?.startsWith(`${folder}/`) !== true) continue
    // The name of the program, in brackets, may have blanks and brackets of its own.
    const group = Number(
      read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
        ?.split(') ')
        .at(-1)
        ?.split(' ')[2],
    )
    if (group > 1) groups.add(group)
  }
  return groups
}

const processes = (): readonly string[] =>
  (read(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name))

/** Null for what is gone, or is not for us to see. */
function read<Value>(look: () => Value): Value | null {
  try {
    return look()
  } catch {
    return null
  }
}

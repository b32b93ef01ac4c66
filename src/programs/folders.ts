import {
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CoreError } from '../core/errors.ts'
import { type DiskRoom, isDiskFull, type RoomPromise } from '../disk-room.ts'
import { killGroup } from './run.ts'

/** The file in a folder that names the process group that runs there. It is no name of a program's file. */
const GROUP_FILE = '.group'
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

  /** Notes which process group runs in a folder, for the start after a crash. */
  async noteGroup(folder: string, group: number): Promise<void> {
    if (dirname(await realpath(folder)) === this.#root)
      await writeFile(join(folder, GROUP_FILE), String(group))
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
  const group = leftGroup(folder)
  if (group !== null) killGroup(group)
  rmSync(folder, { recursive: true, force: true })
}

/** The group of a left folder, if its leader still runs there: numbers of processes are given again. */
function leftGroup(folder: string): number | null {
  try {
    const group = Number(readFileSync(join(folder, GROUP_FILE), 'utf8'))
    return readlinkSync(`/proc/${group}/cwd`) === folder ? group : null
  } catch {
    return null
  }
}

import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { CoreError, type CoreErrorCode, isCoreError, messageOf } from '../core/errors.ts'
import { isDiskFull } from '../disk-room.ts'
import { makeFolders, syncFolders } from '../durable-files.ts'
import type { Place, PlacedFile } from './place.ts'

/** How a file is called until it is whole. */
const DRAFT = '.partial'
const READ_SIZE = 512 * 1024

/** A folder of this machine, made where it is missing, for its owner alone. Removes what killed writers left. */
export async function openFolderPlace(dir: string): Promise<Place> {
  try {
    syncFolders(dir, makeFolders(dir))
    return new FolderPlace(dir)
  } catch (error) {
    throw failed(error, 'unavailable')
  }
}

class FolderPlace implements Place {
  readonly #dir: string
  /** Folders with entries that may not be durable yet. */
  readonly #touched = new Set<string>()

  constructor(dir: string) {
    this.#dir = resolve(dir)
  }

  async write(path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const target = join(this.#dir, path)
    const draft = `${target}.${randomUUID()}${DRAFT}`
    try {
      await this.#makeFolder(dirname(target))
      const file = await open(draft, 'wx', 0o600)
      try {
        await file.writeFile(source)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, target)
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {})
      throw failed(error, 'unavailable')
    }
  }

  async *read(path: string): AsyncGenerator<Uint8Array> {
    try {
      const file = await open(join(this.#dir, path), 'r')
      for await (const chunk of file.createReadStream({ highWaterMark: READ_SIZE })) yield chunk as Uint8Array
    } catch (error) {
      throw failed(error, 'storage-failed')
    }
  }

  async list(folder: string): Promise<readonly PlacedFile[]> {
    try {
      const entries = await readdir(join(this.#dir, folder), { withFileTypes: true, recursive: true })
      const files: PlacedFile[] = []
      for (const entry of entries) {
        const full = join(entry.parentPath, entry.name)
        if (!entry.isFile()) continue
        if (entry.name.endsWith(DRAFT)) await rm(full, { force: true })
        else files.push({ path: full.slice(join(this.#dir, '/').length), size: (await stat(full)).size })
      }
      return files.sort((one, other) => (one.path < other.path ? -1 : 1))
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return []
      throw failed(error, 'storage-failed')
    }
  }

  async remove(paths: readonly string[]): Promise<void> {
    try {
      for (const path of paths) {
        await rm(join(this.#dir, path), { force: true })
        this.#touched.add(dirname(join(this.#dir, path)))
      }
    } catch (error) {
      throw failed(error, 'unavailable')
    }
  }

  async settle(): Promise<void> {
    try {
      for (const folder of this.#touched) {
        syncFolders(folder, this.#dir)
        this.#touched.delete(folder)
      }
    } catch (error) {
      throw failed(error, 'unavailable')
    }
  }

  async close(): Promise<void> {}

  async #makeFolder(folder: string): Promise<void> {
    if (this.#touched.has(folder)) return
    await mkdir(folder, { recursive: true, mode: 0o700 })
    this.#touched.add(folder)
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null)

/** The system's errors in the core's words; `code` is for all but a full disk. What the source of bytes failed with stays. */
function failed(error: unknown, code: CoreErrorCode): unknown {
  if (isCoreError(error) || codeOf(error) === null) return error
  const found = isDiskFull(error) ? 'storage-full' : code
  return new CoreError(found, `the place of backups: ${messageOf(error)}`, {}, error)
}

import { createReadStream, existsSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checked, type Throttle } from '../backup/index.ts'
import { CoreError, isCoreError, messageOf } from '../core/errors.ts'
import type { AccountId, BlobId } from '../core/ids.ts'
import type { BlobStore } from '../core/ports/blobs.ts'
import { type FactRow, TENANT_TABLES, type TenantContent, type TenantFacts } from '../core/ports/tenants.ts'
import { makeFolders, syncFolders } from '../durable-files.ts'
import { FileNames } from './file-names.ts'
import { contentLine, type ExportHead, FORMAT, rowLine } from './format.ts'

export interface ExportOptions {
  readonly account: AccountId
  /** For people. */
  readonly name: string
  readonly id: string
  readonly tenant: TenantFacts
  readonly blobs: Pick<BlobStore, 'read'>
  /** Empty, or not there yet. */
  readonly dir: string
  readonly takenAt: Date
  readonly version: string
  /** Texts of further files, by name. */
  readonly more: Readonly<Record<string, string>>
  /** Fails where bytes may have been removed meanwhile. */
  readonly require: () => void
  readonly throttle: Throttle
  readonly hear: {
    progress(done: number, bytes: number): void
    bad(what: string, reason: string): void
  }
}

/** Errors: `invalid-argument` where something is in the folder. */
export function requireEmptyFolder(dir: string): void {
  if (!existsSync(dir) || readdirSync(dir).length === 0) return
  throw new CoreError('invalid-argument', `${dir} is not empty; name another folder`)
}

/**
 * Writes what an account has into a folder: bytes as files, facts as lines of JSON, `export.json` last. Bytes are compared with their checksums;
 * what is not right is told and left out. Nobody may remove bytes meanwhile. Errors: those of the stores and of the file system.
 */
export async function exportAccount(options: ExportOptions): Promise<ExportHead> {
  const { dir, tenant, more } = options
  requireEmptyFolder(dir)
  syncFolders(dir, makeFolders(dir))
  const files = new Files(dir)
  const facts = await files.begin('facts.jsonl')
  const contents = await writeContents(options, await claimNames(tenant), files, facts)
  const rows: Record<string, number> = {}
  for (const table of TENANT_TABLES) {
    rows[table] = 0
    for await (const row of tenant.rows(table)) {
      if (isOfBad(row, contents.bad)) continue
      await facts.line(rowLine(table, row))
      rows[table] += 1
    }
  }
  await facts.end()
  for (const [name, text] of Object.entries(more)) await files.text(name, text)
  const head: ExportHead = {
    ...{ format: FORMAT, id: options.id, account: options.account, name: options.name },
    ...{ takenAt: options.takenAt.toISOString(), version: options.version },
    ...{ contents: contents.count, bytes: contents.bytes, facts: rows },
    bad: [...contents.bad].map(([blob, reason]) => ({ blob, reason })),
  }
  options.require()
  files.settle()
  await files.text('export.json', `${JSON.stringify(head, null, 2)}\n`)
  files.settle()
  return head
}

interface Named {
  readonly file: string
  references: number
}

/** The file of each content, called after the first that has it. */
async function claimNames(tenant: TenantFacts): Promise<ReadonlyMap<BlobId, Named>> {
  const names = new FileNames()
  const named = new Map<BlobId, Named>()
  for await (const { blob, way } of tenant.ways()) {
    const found = named.get(blob)
    if (found === undefined) named.set(blob, { file: `files/${names.claim(way)}`, references: 1 })
    else found.references += 1
  }
  return named
}

async function writeContents(
  { tenant, blobs, throttle, hear }: ExportOptions,
  named: ReadonlyMap<BlobId, Named>,
  files: Files,
  facts: Lines,
) {
  const bad = new Map<string, string>()
  let [count, bytes] = [0, 0]
  for await (const content of tenant.contents()) {
    const at = named.get(content.blob)
    if (at === undefined) continue
    try {
      await files.write(at.file, throttle(bytesOf(blobs, content)))
      const { blob, size, parts } = content
      await facts.line(contentLine({ content: blob, ...at, size, parts }))
      count += 1
      bytes += content.size
    } catch (error) {
      if (!isCoreError(error, 'storage-failed')) throw error
      bad.set(content.blob, messageOf(error))
      hear.bad(at.file, messageOf(error))
    }
    hear.progress(count, bytes)
  }
  return { bad, count, bytes }
}

async function* bytesOf(
  blobs: Pick<BlobStore, 'read'>,
  { parts }: TenantContent,
): AsyncGenerator<Uint8Array> {
  for (const { segment, place, size, crc32, inline } of parts) {
    if (size === 0) continue
    const source = inline === null ? blobs.read(segment, place, place + size) : inOne(inline)
    yield* checked(source, [{ size, crc32 }])
  }
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const isOfBad = ({ blob }: FactRow, bad: ReadonlyMap<string, string>): boolean =>
  blob instanceof Uint8Array && bad.has(Buffer.from(blob).toString('hex'))

/** Files of a folder that are there as a whole or not at all, for their owner alone. */
class Files {
  readonly #dir: string
  readonly #folders = new Set<string>()

  constructor(dir: string) {
    this.#dir = dir
  }

  async write(path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const draft = await this.#draftOf(path)
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(source)
      await file.sync()
    } catch (error) {
      rmSync(draft, { force: true })
      throw error
    } finally {
      await file.close()
    }
    await rename(draft, join(this.#dir, path))
  }

  text(path: string, text: string): Promise<void> {
    return this.write(path, inOne(Buffer.from(text)))
  }

  async begin(path: string): Promise<Lines> {
    const draft = await this.#draftOf(path)
    const file = await open(draft, 'wx', 0o600)
    let waiting = ''
    const flush = async (): Promise<void> => {
      await file.writeFile(waiting)
      waiting = ''
    }
    return {
      line: async (line) => {
        waiting += `${line}\n`
        if (waiting.length > LINES_HELD) await flush()
      },
      end: async () => {
        await flush()
        await file.sync()
        await file.close()
        await rename(draft, join(this.#dir, path))
      },
    }
  }

  settle(): void {
    for (const folder of this.#folders) syncFolders(folder, this.#dir)
    this.#folders.clear()
  }

  async #draftOf(path: string): Promise<string> {
    const target = join(this.#dir, path)
    const folder = dirname(target)
    if (!this.#folders.has(folder)) await mkdir(folder, { recursive: true, mode: 0o700 })
    this.#folders.add(folder)
    return `${target}.partial`
  }
}

/** A file of lines that goes on. */
interface Lines {
  line(text: string): Promise<void>
  end(): Promise<void>
}

const LINES_HELD = 256 * 1024

/** The bytes of a file of an export. */
export const readFileOf = (dir: string, path: string): AsyncIterable<Uint8Array> =>
  createReadStream(join(dir, path), { highWaterMark: 512 * 1024 })

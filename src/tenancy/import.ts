import { existsSync, readFileSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'
import type { Throttle } from '../backup/index.ts'
import { linesIn } from '../core/bytes/lines.ts'
import type { Core } from '../core/core.ts'
import { CoreError } from '../core/errors.ts'
import { asAccountId } from '../core/ids.ts'
import type { FactRow, NewTenantPart, TenantTable, TenantTarget } from '../core/ports/tenants.ts'
import { readFileOf } from './export.ts'
import { type ContentLine, digestsOf, type ExportHead, FORMAT, readLine } from './format.ts'

export interface ImportOptions {
  readonly dir: string
  readonly head: ExportHead
  readonly target: TenantTarget
  readonly staging: Core['staging']
  /** Things whose number another account has get a new one. */
  readonly givesNumbers: boolean
  readonly throttle: Throttle
  progress(done: number, bytes: number): void
}

export interface Imported {
  /** Contents and bytes that were added, and contents that were there from an import before. */
  readonly contents: number
  readonly bytes: number
  readonly passedOver: number
}

/** Rows that are added together. */
const ROWS_AT_ONCE = 200

/** What `export.json` says. Errors: `invalid-argument` when the folder has no export that is whole, or one of a newer form. */
export function readHead(dir: string): ExportHead {
  const file = join(dir, 'export.json')
  if (!existsSync(file))
    throw new CoreError('invalid-argument', `${dir} has no export.json: it is no export, or not a whole one`)
  const head = JSON.parse(readFileSync(file, 'utf8')) as ExportHead
  if (head.format === FORMAT) return head
  throw new CoreError(
    'invalid-argument',
    `the export has the form ${head.format}; this program reads ${FORMAT}`,
  )
}

/**
 * Fills an account with what an export has: bytes first, then the facts. Repeated after an interruption, it goes on. Nobody may write to the
 * account meanwhile. Errors: `name-conflict` when the account has something, or an id is here already; `storage-failed` when a file does not
 * have its checksum; those of the stores.
 */
export async function importAccount(options: ImportOptions): Promise<Imported> {
  const { dir, head, target, givesNumbers } = options
  const outcome = await target.begin(asAccountId(head.account), head.id)
  if (outcome === 'done') {
    throw new CoreError('name-conflict', 'this export was imported here already')
  }
  const sums = { contents: 0, bytes: 0, passedOver: 0 }
  let rows: FactRow[] = []
  let table: TenantTable | null = null
  const add = async (): Promise<void> => {
    if (table !== null && rows.length > 0) await target.add(table, rows, { givesNumbers })
    rows = []
  }
  for await (const text of linesIn(readFileOf(dir, 'facts.jsonl'))) {
    const line = readLine(text)
    if ('content' in line) {
      await addContent(options, line, sums)
      options.progress(sums.contents + sums.passedOver, sums.bytes)
      continue
    }
    if (line.table !== table || rows.length >= ROWS_AT_ONCE) await add()
    table = line.table
    rows.push(line.row)
  }
  await add()
  await target.end()
  return sums
}

async function addContent(
  options: ImportOptions,
  line: ContentLine,
  sums: { contents: number; bytes: number; passedOver: number },
): Promise<void> {
  const { target, staging } = options
  const { content: blob, size, references } = line
  if (await target.hasContent(blob)) {
    sums.passedOver += 1
    return
  }
  const parts: NewTenantPart[] = []
  try {
    for await (const part of stagedParts(options, line)) parts.push(part)
    await target.addContent({ blob, size, references, parts })
  } catch (error) {
    for (const { staged } of parts) await staging.discard(staged)
    throw error
  }
  sums.contents += 1
  sums.bytes += size
}

/** Takes in the bytes of each part, one after the other, as any upload's. */
async function* stagedParts(
  { dir, staging, throttle }: ImportOptions,
  { file, parts }: ContentLine,
): AsyncGenerator<NewTenantPart> {
  const reader = new PartReader(throttle(readFileOf(dir, insidePath(file))))
  for (const part of parts) {
    const { number, size, crc32, writtenAt } = part
    const digests = digestsOf(part)
    const options = { sizeMax: size, sizeExpected: size, expected: digests }
    const staged = await staging.receive(reader.next(size), options).catch((error: unknown) => {
      throw unreadable(file, error)
    })
    if (staged.facts.crc32 !== crc32) {
      await staging.discard(staged)
      throw new CoreError('storage-failed', `the file ${file} does not have its checksum`)
    }
    yield { number, size, crc32, digests, writtenAt, staged }
  }
  if (!(await reader.isAtEnd()))
    throw new CoreError('storage-failed', `the file ${file} is longer than it was`)
}

/** What is wrong with a file is told with its name. */
function unreadable(file: string, error: unknown): unknown {
  const isWrong =
    error instanceof CoreError && (error.code === 'body-truncated' || error.code === 'digest-mismatch')
  const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT'
  if (!isWrong && !isGone) return error
  return new CoreError(
    'storage-failed',
    `the file ${file} is ${isGone ? 'not there' : 'not what was exported'}`,
    {},
    error,
  )
}

/** A path of an export, which may not lead out of it. */
function insidePath(file: string): string {
  const path = normalize(file)
  if (path.startsWith(`files${sep}`)) return path
  throw new CoreError(
    'invalid-argument',
    `facts.jsonl names a file outside of the export: ${JSON.stringify(file)}`,
  )
}

/** Cuts a stream into stretches of known sizes. */
class PartReader {
  readonly #source: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** The next bytes; fewer where the stream ends before. */
  async *next(size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0; ) {
      if (this.#rest.byteLength === 0 && !(await this.#fill())) return
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.byteLength)
      left -= piece.byteLength
      yield piece
    }
  }

  async isAtEnd(): Promise<boolean> {
    return this.#rest.byteLength === 0 && !(await this.#fill())
  }

  async #fill(): Promise<boolean> {
    const { value, done } = await this.#source.next()
    if (done === true) return false
    this.#rest = value
    return true
  }
}

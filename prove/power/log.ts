import { closeSync, openSync, writeSync } from 'node:fs'

/** A change of the disk, a sync, or a client's mark. Numbers of files and folders are the system's inodes. */
export type Entry =
  | {
      readonly type: 'create' | 'mkdir'
      readonly file: number
      readonly folder: number
      readonly name: string
    }
  | { readonly type: 'link'; readonly file: number; readonly folder: number; readonly name: string }
  | { readonly type: 'unlink' | 'rmdir'; readonly folder: number; readonly name: string }
  | {
      readonly type: 'rename'
      readonly from: { readonly folder: number; readonly name: string }
      readonly to: { readonly folder: number; readonly name: string }
    }
  | { readonly type: 'write'; readonly file: number; readonly at: number; readonly bytes: Buffer }
  | { readonly type: 'truncate'; readonly file: number; readonly size: number }
  /** The file is at least so long afterwards. */
  | { readonly type: 'allocate'; readonly file: number; readonly end: number }
  | { readonly type: 'sync-begin'; readonly file: number; readonly sync: bigint }
  | { readonly type: 'sync-end'; readonly file: number; readonly sync: bigint; readonly failed: boolean }
  | { readonly type: 'mark'; readonly text: string }
  | { readonly type: 'unknown'; readonly what: string }

const MAGIC = 0x53544f57
const HEAD_SIZE = 48
const MARK = 12

/** Reads what the shim and `Marker` have written (prove/shim/record.c has the form). Throws where it is cut or spoiled. */
export function parseLog(log: Buffer): readonly Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < log.length; ) {
    if (log.readUInt32LE(at) !== MAGIC) throw new Error(`the log is spoiled at ${at}`)
    const names = at + HEAD_SIZE
    const others = names + log.readUInt32LE(at + 32)
    const bytes = others + log.readUInt32LE(at + 36)
    const end = bytes + wordOf(log, at + 40)
    if (end > log.length) throw new Error(`the log is cut at ${at}`)
    entries.push(
      entryOf(log.subarray(at, names), {
        name: log.toString('utf8', names, others),
        other: log.toString('utf8', others, bytes),
        bytes: log.subarray(bytes, end),
      }),
    )
    at = end
  }
  return entries
}

interface Tail {
  readonly name: string
  readonly other: string
  readonly bytes: Buffer
}

function entryOf(head: Buffer, { name, other, bytes }: Tail): Entry {
  const kind = head.readUInt32LE(4)
  const file = wordOf(head, 8)
  switch (kind) {
    case 1:
      return { type: 'create', file, folder: wordOf(head, 16), name }
    case 2:
      return { type: 'write', file, at: wordOf(head, 16), bytes }
    case 3:
      return { type: 'truncate', file, size: wordOf(head, 16) }
    case 4:
      return { type: 'allocate', file, end: wordOf(head, 16) + wordOf(head, 24) }
    case 5:
      return { type: 'link', file, folder: wordOf(head, 16), name }
    case 6:
      return { type: 'unlink', folder: wordOf(head, 16), name }
    case 7:
      return { type: 'rename', from: { folder: file, name }, to: { folder: wordOf(head, 16), name: other } }
    case 8:
      return { type: 'mkdir', file, folder: wordOf(head, 16), name }
    case 9:
      return { type: 'rmdir', folder: wordOf(head, 16), name }
    case 10:
      return { type: 'sync-begin', file, sync: head.readBigUInt64LE(16) }
    case 11:
      return { type: 'sync-end', file, sync: head.readBigUInt64LE(16), failed: wordOf(head, 24) !== 0 }
    case MARK:
      return { type: 'mark', text: bytes.toString() }
    default:
      return { type: 'unknown', what: name }
  }
}

const wordOf = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at))

/** Writes a client's marks into the log of a server that is watched: what stands before a mark was done before it. */
export class Marker {
  readonly #fd: number

  /** `log` as the shim was told. */
  constructor(log: string) {
    this.#fd = openSync(log, 'a')
  }

  mark(text: string): void {
    const bytes = Buffer.from(text)
    const head = Buffer.alloc(HEAD_SIZE)
    head.writeUInt32LE(MAGIC, 0)
    head.writeUInt32LE(MARK, 4)
    head.writeBigUInt64LE(BigInt(bytes.length), 40)
    writeSync(this.#fd, Buffer.concat([head, bytes]))
  }

  close(): void {
    closeSync(this.#fd)
  }
}

import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { constants } from 'node:os'

/** Kinds of calls to the system; `create` is any open to write. */
export const CALLS = {
  ...{ open: 1, create: 2, read: 4, write: 8, sync: 16, remove: 32, name: 64, resize: 128, accept: 256 },
} as const

export type CallKind = keyof typeof CALLS

/** A fault that calls of a watched program meet. */
export interface Rule {
  readonly calls: readonly CallKind[]
  /** What the calls fail with; `short`: they do a part of their bytes. */
  readonly error: 'ENOSPC' | 'EIO' | 'EMFILE' | 'EROFS' | 'short'
  /** A part of the path; empty: any. */
  readonly path: string
  /** So many calls pass first. */
  readonly after: number
  /** So many calls meet it; -1: all. */
  readonly times: number
}

const RULES = 16
const RULE_SIZE = 128
const PATH_AT = 24
const PLAYED_AT = 20

/** The file that tells the shim which faults to play, while the watched program runs (prove/shim/faults.c has its form). */
export class FaultRules {
  readonly file: string

  constructor(file: string) {
    this.file = file
    this.clear()
  }

  /** From now on these are played, and no others. */
  set(rules: readonly Rule[]): void {
    if (rules.length > RULES) throw new Error(`at most ${RULES} rules at a time`)
    const bytes = Buffer.alloc(RULES * RULE_SIZE)
    for (const [index, { calls, error, path, after, times }] of rules.entries()) {
      const at = index * RULE_SIZE
      const mask = calls.reduce((sum, call) => sum | CALLS[call], 0)
      const numbers = [1, mask, error === 'short' ? 0 : constants.errno[error], after, times]
      for (const [place, number] of numbers.entries()) bytes.writeInt32LE(number, at + 4 * place)
      bytes.write(path, at + PATH_AT)
    }
    this.#write(bytes)
  }

  clear(): void {
    this.#write(Buffer.alloc(RULES * RULE_SIZE))
  }

  /** How many calls have met the rules that are set. */
  get played(): number {
    const bytes = Buffer.alloc(RULES * RULE_SIZE)
    const fd = openSync(this.file, 'r')
    try {
      readSync(fd, bytes, 0, bytes.length, 0)
    } finally {
      closeSync(fd)
    }
    return Array.from({ length: RULES }, (_, index) =>
      bytes.readInt32LE(index * RULE_SIZE + PLAYED_AT),
    ).reduce((sum, count) => sum + count, 0)
  }

  /** In place: the program has the file mapped. */
  #write(bytes: Buffer): void {
    const fd = openSync(this.file, 'a+')
    closeSync(fd)
    const inPlace = openSync(this.file, 'r+')
    try {
      writeSync(inPlace, bytes, 0, bytes.length, 0)
    } finally {
      closeSync(inPlace)
    }
  }
}

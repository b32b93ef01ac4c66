import { closeSync, constants, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { Digester } from '../../core/bytes/digests.ts'
import type { DigestName, SegmentFacts } from '../../core/model/bytes.ts'
import { syncPath } from '../../durable-files.ts'
import type { PlayFault } from './faults.ts'
import type { Durability } from './layout.ts'

const FRESH = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL

/** A segment's file while it is written, with blocking calls. Throws the system's errors. */
export class SegmentFile {
  readonly #path: string
  readonly #playFault: PlayFault
  readonly #digester: Digester
  #fd: number | null

  /** Never opens a file that is there already. */
  constructor(path: string, digests: readonly DigestName[], playFault: PlayFault) {
    playFault('open')
    this.#digester = Digester.ofSegment(digests)
    this.#fd = openSync(path, FRESH, 0o600)
    this.#path = path
    this.#playFault = playFault
  }

  write(bytes: Uint8Array): void {
    this.#digester.update(bytes)
    const fd = this.#openFd()
    for (let at = 0; at < bytes.byteLength; ) {
      this.#playFault('write')
      at += writeSync(fd, bytes, at)
    }
  }

  finish(durability: Durability): SegmentFacts {
    const fd = this.#openFd()
    if (durability === 'strict') {
      this.#playFault('sync')
      fsyncSync(fd)
      this.#playFault('sync')
      syncPath(dirname(this.#path))
    }
    this.#fd = null
    closeSync(fd)
    return this.#digester.finish()
  }

  /** Closes and removes the file. */
  discard(): void {
    const fd = this.#fd
    this.#fd = null
    try {
      unlinkSync(this.#path)
    } finally {
      if (fd !== null) closeSync(fd)
    }
  }

  #openFd(): number {
    if (this.#fd === null) throw new Error('the segment is closed')
    return this.#fd
  }
}

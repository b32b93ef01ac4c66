import { createHash, type Hash } from 'node:crypto'
import type { Digests } from '../../core/model/bytes.ts'
import type { HashName, Job } from './jobs.ts'

type HashJob = Extract<Job, { type: 'hash' }>

/** The digests that a worker takes of segments which others write. */
export class Hashes {
  readonly #underway = new Map<string, Hash>()

  /** The digest after the last piece. */
  add({ segment, digest, isFirst, isLast }: HashJob, bytes: Uint8Array): Digests | null {
    const key = keyOf(segment, digest)
    const hash = isFirst ? createHash(digest) : this.#underway.get(key)
    if (hash === undefined) throw new Error('the digest is lost: a worker died')
    hash.update(bytes)
    if (!isLast) {
      this.#underway.set(key, hash)
      return null
    }
    this.#underway.delete(key)
    return { [digest]: hash.digest('hex') }
  }

  forget(segment: number, digest: HashName): void {
    this.#underway.delete(keyOf(segment, digest))
  }
}

const keyOf = (segment: number, digest: HashName): string => `${segment} ${digest}`

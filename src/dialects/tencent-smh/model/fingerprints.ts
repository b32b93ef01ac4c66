import type { Core } from '../../../core/core.ts'
import type { FileEntry, Fingerprint, RealmAddress } from '../../../core/model/trees.ts'
import { BLOCK_SIZE, hashBeginning, hashFile } from './hashing.ts'

/** Finds files by what their bytes hash to. Hashes are computed when they are first asked for, and kept. */
export interface Fingerprints {
  /** Whether a file of this size begins with these bytes. */
  hasBeginning(realm: RealmAddress, size: number, beginning: string): Promise<boolean>
  /** A file of these bytes. Null also where telling takes too long; the work goes on then, for later calls. */
  findFull(realm: RealmAddress, size: number, full: string): Promise<FileEntry | null>
}

export interface FingerprintOptions {
  readonly core: Pick<Core, 'trees'>
  /** How long a call waits for hashes of whole files, all together. */
  readonly waitMs?: number
}

/** Files of one size that are looked at; newest first. */
const CANDIDATES_MAX = 16
/** Files that are read at the same time. */
const READERS_MAX = 2
/** Files that may wait to be read; others are left out. */
const QUEUE_MAX = 64
/** Hashes that are remembered, for calls that looked just before they were kept. */
const REMEMBERED_MAX = 256
/** The vendor's clients give up after 20 s. */
const WAIT_MS = 8000

type Candidate = { readonly file: FileEntry; readonly fingerprint: Fingerprint }

/** One for each node: it bounds how much is read at a time. */
export function createFingerprints({ core, waitMs = WAIT_MS }: FingerprintOptions): Fingerprints {
  const queue = new ReadQueue()
  const { trees } = core
  const candidates = (realm: RealmAddress, size: number): Promise<readonly Candidate[]> =>
    trees.filesOfSize({ ...realm, size, limit: CANDIDATES_MAX })

  async function beginningOf({ file, fingerprint }: Candidate): Promise<string | null> {
    if (fingerprint.beginning !== null) return fingerprint.beginning
    const { blob } = file.content
    return queue.run(`beginning ${blob}`, async () => {
      const beginning = await hashBeginning(trees.read(file, 0, BLOCK_SIZE))
      await trees.setFingerprint({ blob, beginning, full: null })
      return beginning
    })
  }

  async function fullOf({ file, fingerprint }: Candidate): Promise<string | null> {
    if (fingerprint.full !== null) return fingerprint.full
    const { blob } = file.content
    return queue.run(`full ${blob}`, async () => {
      const hashes = await hashFile(trees.read(file))
      await trees.setFingerprint({ blob, ...hashes })
      return hashes.full
    })
  }

  return {
    hasBeginning: async (realm, size, beginning) => {
      for (const candidate of await candidates(realm, size)) {
        if ((await beginningOf(candidate)) === beginning) return true
      }
      return false
    },
    findFull: async (realm, size, full) => {
      const found = await candidates(realm, size)
      const known = found.find(({ fingerprint }) => fingerprint.full === full)
      if (known !== undefined) return known.file
      return firstWithin(waitMs, found, async (candidate) => (await fullOf(candidate)) === full)
    },
  }
}

/** The first candidate that fits, or null when none does or the time is over. */
async function firstWithin(
  waitMs: number,
  candidates: readonly Candidate[],
  isFit: (candidate: Candidate) => Promise<boolean>,
): Promise<FileEntry | null> {
  const { promise, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, waitMs, null)
  try {
    for (const candidate of candidates) {
      const isFound = await Promise.race([isFit(candidate), promise])
      if (isFound === null) return null
      if (isFound) return candidate.file
    }
    return null
  } finally {
    clearTimeout(timer)
  }
}

/** Reads few files at a time, and each one once for all who ask meanwhile or soon after. */
class ReadQueue {
  readonly #readings = new Map<string, Promise<string | null>>()
  readonly #waiting: (() => void)[] = []
  #running = 0

  /** Null where too many wait, or where the file cannot be read (it may be gone): then it counts as another. */
  run(key: string, read: () => Promise<string>): Promise<string | null> {
    const known = this.#readings.get(key)
    if (known !== undefined) return known
    if (this.#waiting.length >= QUEUE_MAX) return Promise.resolve(null)
    const reading = this.#read(read).then((hash) => {
      if (hash === null) this.#readings.delete(key)
      return hash
    })
    this.#readings.set(key, reading)
    const [oldest] = this.#readings.keys()
    if (this.#readings.size > REMEMBERED_MAX && oldest !== undefined) this.#readings.delete(oldest)
    return reading
  }

  async #read(read: () => Promise<string>): Promise<string | null> {
    if (this.#running >= READERS_MAX) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running += 1
    try {
      return await read()
    } catch {
      return null
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}

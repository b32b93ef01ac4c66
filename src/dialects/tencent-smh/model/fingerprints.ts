import type { Core } from '../../../core/core.ts'
import type { FileEntry, Fingerprint, RealmAddress } from '../../../core/model/trees.ts'
import { BLOCK_SIZE, hashBeginning, hashFile } from './hashing.ts'
import { ReadQueue } from './read-queue.ts'

/** The files that may be found: no others are looked at, so that no answer tells of them. */
export interface FilesWithin extends RealmAddress {
  /** Names of volumes; null for all of the realm. */
  readonly volumes: readonly string[] | null
}

/** Finds files by the hashes of their bytes. Hashes are computed when they are first asked for, and kept. */
export interface Fingerprints {
  /** Whether a file of this size begins with these bytes. */
  hasBeginning(within: FilesWithin, size: number, beginning: string): Promise<boolean>
  /** A file of these bytes. Null also if finding it takes too long. Then the work goes on for later calls. */
  findFull(within: FilesWithin, size: number, full: string): Promise<FileEntry | null>
}

export interface FingerprintOptions {
  readonly core: Pick<Core, 'trees'>
  /** How long a call waits for hashes of whole files, all together. */
  readonly waitMs?: number
}

/** Files of one size that are looked at; newest first. */
const CANDIDATES_MAX = 16
/** The vendor's clients give up after 20 s. */
const WAIT_MS = 8000

type Candidate = { readonly file: FileEntry; readonly fingerprint: Fingerprint }

/** One for each node: it bounds how much is read at a time. */
export function createFingerprints({ core, waitMs = WAIT_MS }: FingerprintOptions): Fingerprints {
  const { trees } = core
  const hashes = new Hashes(trees)
  const candidates = (within: FilesWithin, size: number): Promise<readonly Candidate[]> =>
    trees.filesOfSize({ ...within, size, limit: CANDIDATES_MAX })
  return {
    hasBeginning: async (within, size, beginning) => {
      for (const candidate of await candidates(within, size)) {
        if ((await hashes.beginningOf(candidate)) === beginning) return true
      }
      return false
    },
    findFull: async (within, size, full) => {
      const found = await candidates(within, size)
      const known = found.find(({ fingerprint }) => fingerprint.full === full)
      if (known !== undefined) return known.file
      return firstWithin(waitMs, found, async (candidate) => (await hashes.fullOf(candidate)) === full)
    },
  }
}

/** Hashes of files. What is not known is computed and kept; null where that is not possible now. */
class Hashes {
  readonly #trees: Core['trees']
  readonly #queue = new ReadQueue()

  constructor(trees: Core['trees']) {
    this.#trees = trees
  }

  async beginningOf({ file, fingerprint }: Candidate): Promise<string | null> {
    if (fingerprint.beginning !== null) return fingerprint.beginning
    const { blob } = file.content
    return this.#queue.run(`beginning ${blob}`, async () => {
      const beginning = await hashBeginning(this.#trees.read(file, 0, BLOCK_SIZE))
      await this.#trees.setFingerprint({ blob, beginning, full: null })
      return beginning
    })
  }

  async fullOf({ file, fingerprint }: Candidate): Promise<string | null> {
    if (fingerprint.full !== null) return fingerprint.full
    const { blob } = file.content
    return this.#queue.run(`full ${blob}`, async () => {
      const hashes = await hashFile(this.#trees.read(file))
      await this.#trees.setFingerprint({ blob, ...hashes })
      return hashes.full
    })
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

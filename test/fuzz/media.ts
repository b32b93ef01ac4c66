import { createHash, randomInt } from 'node:crypto'
import { isCoreError } from '../../src/core/errors.ts'
import { createMediaProbe } from '../../src/media/index.ts'
import { mediaFixture, mediaFixtureNames, memorySource } from '../support/media-fixtures.ts'

/**
 * Feeds the media probe with broken copies of every fixture: cut at random lengths, with bits flipped, with runs of
 * bytes overwritten. Each has to end in facts or in `media-refused`.
 *
 * `node test/fuzz/media.ts [rounds] [seed]` runs more of it, or one seed again.
 */
export interface FuzzOptions {
  /** Broken copies of each fixture. */
  readonly rounds: number
  readonly seed: string
  readonly timeoutMs: number
}

export interface FuzzReport {
  readonly measured: number
  readonly refused: number
  /** Copies that took longer than the limit, with what makes them again. */
  readonly slow: readonly string[]
  /** Copies that ended in anything else. */
  readonly failures: readonly string[]
}

export async function fuzzMedia({ rounds, seed, timeoutMs }: FuzzOptions): Promise<FuzzReport> {
  const probe = createMediaProbe({ timeoutMs, workers: 2 })
  const report = { measured: 0, refused: 0, slow: [] as string[], failures: [] as string[] }
  const tryOne = async (name: string, round: number): Promise<void> => {
    const bytes = broken(mediaFixture(name), createDice(`${seed}/${name}/${round}`))
    try {
      const facts = await probe.probe(memorySource(bytes))
      if (Number.isSafeInteger(facts.durationMs) && facts.durationMs > 0) report.measured++
      else report.failures.push(`${name} round ${round}: ${JSON.stringify(facts)}`)
    } catch (error) {
      if (!isCoreError(error, 'media-refused'))
        report.failures.push(`${name} round ${round}: ${String(error)}`)
      else if (error.message.endsWith(' ms')) report.slow.push(`${name} round ${round}: ${error.message}`)
      else report.refused++
    }
  }
  for (const name of mediaFixtureNames()) {
    await Promise.all(Array.from({ length: rounds }, (_, round) => tryOne(name, round)))
  }
  await probe.close()
  return report
}

/** Whole numbers from 0 up to `limit`, exclusive, always the same for one seed. */
type Dice = (limit: number) => number

function createDice(seed: string): Dice {
  let count = 0
  return (limit) => {
    const hash = createHash('sha256').update(`${seed}/${count++}`).digest()
    return hash.readUIntBE(0, 6) % limit
  }
}

function broken(original: Buffer, dice: Dice): Buffer {
  const bytes = Buffer.from(original)
  // Headers matter most: half of the changes hit the first or the last kilobyte.
  const place = (): number => {
    const near = Math.min(1024, bytes.length)
    const kind = dice(4)
    if (kind === 0) return dice(near)
    return kind === 1 ? bytes.length - 1 - dice(near) : dice(bytes.length)
  }
  const flip = (): void => {
    const at = place()
    bytes[at] = (bytes[at] ?? 0) ^ (1 << dice(8))
  }
  const overwrite = (): void => {
    const at = place()
    bytes.fill([0x00, 0xff, 0x7f, dice(256)][dice(4)] ?? 0, at, Math.min(at + 1 + dice(8), bytes.length))
  }
  const kind = dice(4)
  if (kind === 0) return bytes.subarray(0, dice(bytes.length))
  const changes = 1 + dice(kind === 1 ? 2 : 40)
  for (let count = 0; count < changes; count++) (dice(2) === 0 ? flip : overwrite)()
  return bytes
}

if (import.meta.main) {
  const [rounds = '500', seed = String(randomInt(2 ** 31))] = process.argv.slice(2)
  process.stdout.write(`seed ${seed}\n`)
  const report = await fuzzMedia({ rounds: Number(rounds), seed, timeoutMs: 10_000 })
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  process.exitCode = report.failures.length + report.slow.length === 0 ? 0 : 1
}

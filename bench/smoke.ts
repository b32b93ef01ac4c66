import { readersOf } from './contenders/readers.ts'
import { UPLOADERS } from './contenders/uploads.ts'
import { inFreshTurns } from './frame/fresh-rounds.ts'
import { inTurns } from './frame/rounds.ts'
import type { CaseResult, Contender, Figures, RunOptions } from './frame/types.ts'
import { largeUpload, warmUp } from './scenarios/large-uploads.ts'
import { readsOf } from './scenarios/reads.ts'
import { smallUpload } from './scenarios/small-uploads.ts'
import { AGREED, type Agreed } from './smoke-ratios.ts'

const ROUNDS = 3
const QUICK = 3
const LARGE_QUICK = 8
const OBJECT_SIZE = 256 * 1024 ** 2

/** About two minutes: Stowage beside floors in the same run. Returns whether all agreed ratios are reached. */
export async function smoke(say: (line: string) => void): Promise<boolean> {
  let failures = 0
  const failed = (line: string): void => {
    failures++
    say(`FAILED: ${line}`)
  }
  const options: RunOptions = { rounds: ROUNDS, quick: QUICK, contenders: [], cases: [], say, failed }
  const small = [smallUpload(16, 64, QUICK), smallUpload(16, 1, QUICK), smallUpload(256, 64, QUICK)]
  const reads = [readsOf(null, 1, QUICK), readsOf(64 * 1024, 1, QUICK)]
  const large = [largeUpload('form', 1, LARGE_QUICK)]
  const results = [
    await inTurns(taking(UPLOADERS), small, options),
    await inTurns(taking(readersOf(OBJECT_SIZE)), reads, options),
    await inFreshTurns(taking(UPLOADERS), large, warmUp, options),
  ]
  const reached = results.flatMap(({ cases }) => cases).map(isReached)
  return failures === 0 && reached.every(Boolean)
}

/** Stowage's first door, and the floors that something is agreed with. */
function taking<Of extends Contender<never>>(contenders: readonly Of[]): readonly Of[] {
  const floors = new Set(Object.values(AGREED).map(({ floor }) => floor))
  return contenders.filter(({ name }, at) => at === 0 || floors.has(name))
}

function isReached({ what, of }: CaseResult): boolean {
  const agreed = AGREED[what]
  const [own] = of
  const floor = of.find(({ name }) => name === agreed?.floor)
  if (agreed === undefined || own === undefined || floor === undefined) {
    console.log(`MISSING  ${what}`)
    return false
  }
  const ratio = ratioOf(agreed, own.figures, floor.figures)
  const isEnough = ratio >= agreed.ratioMin
  console.log(
    `${isEnough ? 'reached' : 'BELOW  '}  ${what}: ${agreed.by} ${ratio.toFixed(2)} of "${agreed.floor}", agreed ${agreed.ratioMin}`,
  )
  return isEnough
}

/** By the best rounds: other work on the machine only takes away. */
function ratioOf({ by }: Agreed, own: Figures, floor: Figures): number {
  switch (by) {
    case 'rate':
      return own.value.most / floor.value.most
    case 'CPU':
      return floor.cpuUsPerRequest.least / own.cpuUsPerRequest.least
  }
}

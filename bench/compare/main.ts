import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { timeParallel } from '../../test/support/load.ts'
import { KINDS, type Kind, type Side, type Work } from './kinds.ts'

const HELP = `npm run bench:compare -- DIR [WORDS…] [--rounds N]

Compares this checkout with the one in DIR: processor time of the server for each operation, and operations a second.
Both servers run at once and get the same rounds in turn. Of each the least disturbed round counts, as other work on the machine
only adds to what a round costs.
WORDS: only kinds of work whose name has one of them.`

interface Figures {
  /** Microseconds of processor time for each operation, by round. */
  readonly cpu: number[]
  /** Operations a second, by round. */
  readonly rate: number[]
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, rounds: { type: 'string', default: '8' } },
})
const [other, ...words] = positionals
if (values.help === true || other === undefined) {
  console.log(HELP)
  process.exit(values.help === true ? 0 : 1)
}
const rounds = Number(values.rounds)
const sides = [await sideIn(resolve(other)), await sideIn(resolve(import.meta.dirname, '../..'))] as const
console.log('| what | CPU, other | CPU, this | ratio | rate, other | rate, this | ratio |')
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |')
for (const kind of KINDS) {
  if (words.length === 0 || words.some((word) => kind.what.includes(word))) await compare(kind)
}
process.exit(0)

/** Loads the servers and clients of a checkout. */
async function sideIn(folder: string): Promise<Side> {
  const load = (path: string) => import(pathToFileURL(resolve(folder, path)).href)
  return {
    harness: await load('test/support/harness.ts'),
    load: await load('test/support/load.ts'),
    smh: await load('test/support/smh-load.ts'),
    vod: await load('bench/vod-client.ts'),
  }
}

async function compare(kind: Kind): Promise<void> {
  const works = await Promise.all(sides.map((side) => kind.start(side)))
  const figures: readonly Figures[] = works.map(() => ({ cpu: [], rate: [] }))
  for (let round = 0; round <= rounds; round++) {
    for (const turn of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const [work, seen] = [works[turn], figures[turn]]
      if (work !== undefined && seen !== undefined) await measure(kind, work, round, seen)
    }
  }
  await Promise.all(works.map((work) => work.end()))
  const [before, after] = figures.map(({ cpu, rate }) => ({ cpu: Math.min(...cpu), rate: Math.max(...rate) }))
  if (before === undefined || after === undefined) return
  const cells = [
    kind.what,
    `${before.cpu.toFixed(0)} µs`,
    `${after.cpu.toFixed(0)} µs`,
    (after.cpu / before.cpu).toFixed(2),
    `${before.rate.toFixed(0)}/s`,
    `${after.rate.toFixed(0)}/s`,
    (after.rate / before.rate).toFixed(2),
  ]
  console.log(`| ${cells.join(' | ')} |`)
}

/** A round of one side. The first one warms up. */
async function measure(kind: Kind, work: Work, round: number, seen: Figures): Promise<void> {
  const before = cpuSeconds(work.pid)
  const offset = round * kind.count
  const seconds = await timeParallel(kind.count, kind.width, (index) => work.run(offset + index))
  if (round === 0) return
  seen.cpu.push(((cpuSeconds(work.pid) - before) * 1_000_000) / kind.count)
  seen.rate.push(kind.count / seconds)
}

/** Processor time of a process and its threads so far. Linux counts it in hundredths of a second. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

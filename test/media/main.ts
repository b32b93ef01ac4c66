import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createMediaProbe } from '../../src/media/index.ts'
import type { MediaCase } from './case.ts'
import { seenByFfprobe } from './ffprobe.ts'
import { KINDS } from './kinds/index.ts'
import { KNOWN } from './known.ts'
import { each, makeAll } from './make.ts'
import { readByUs } from './ours.ts'
import { compare, type Difference } from './seen.ts'
import { startWire } from './wire.ts'

const HELP = `npm run test:media -- [--every N] [--only TEXT] [--keep FOLDER] [KIND…]

Makes files of all kinds with ffmpeg and compares what src/media says of them, and what VOD, Volcengine and SMH answer, with what ffprobe says. Kinds: ${Object.keys(KINDS).join(', ')}.
--every N   takes each Nth file alone, and those that it is made of
--no-wire   sends no file by VOD, Volcengine and SMH
--only TEXT takes files whose name has this in it
--keep      makes the files there that are not there yet, and leaves them`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    every: { type: 'string', default: '1' },
    only: { type: 'string' },
    keep: { type: 'string' },
    'no-wire': { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
const every = Number(values.every)
if (values.help === true || !(every >= 1) || positionals.some((kind) => !(kind in KINDS))) {
  process.stderr.write(`${HELP}\n`)
  process.exit(2)
}
if (spawnSync('ffmpeg', ['-version']).status !== 0 || spawnSync('ffprobe', ['-version']).status !== 0) {
  process.stdout.write('skipped: ffmpeg and ffprobe are not installed (Debian: apt-get install ffmpeg)\n')
  process.exit(0)
}

const chosen = choose()
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'stowage-media-'))
mkdirSync(folder, { recursive: true })
try {
  process.exitCode = await compareAll()
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true })
}

/** The chosen files, and those that they are made of. */
function choose(): readonly MediaCase[] {
  const kinds = positionals.length === 0 ? Object.keys(KINDS) : positionals
  const all = kinds.flatMap((kind) => KINDS[kind] ?? [])
  const { only = '' } = values
  const wanted = new Set(all.filter(({ name }, index) => index % every === 0 && name.includes(only)))
  const needed = new Set([...wanted].flatMap(({ made }) => (made.by === 'change' ? [made.of] : [])))
  return all.filter((each_) => wanted.has(each_) || needed.has(each_.name))
}

async function compareAll(): Promise<number> {
  const began = performance.now()
  await makeAll(chosen, folder)
  const made = performance.now()
  const probe = createMediaProbe()
  const wire = values['no-wire'] === true ? null : await startWire()
  const differences: Difference[] = []
  const reads = { bytesMax: 0, tookMax: 0 }
  await each(chosen, async ({ name }) => {
    const path = join(folder, name)
    const theirs = await seenByFfprobe(path)
    const ours = await readByUs(probe, path, name)
    const found = compare(name, ours.seen, theirs)
    const { container } = ours
    const seen = found.length > 0 ? ours.seen : theirs
    const told = wire === null ? [] : await wire.send({ name, bytes: readFileSync(path), seen, container })
    reads.bytesMax = Math.max(reads.bytesMax, ours.bytes)
    reads.tookMax = Math.max(reads.tookMax, ours.took)
    differences.push(...found, ...told)
  })
  await probe.close()
  await wire?.stop()
  const seconds = (from: number): number => Math.round((performance.now() - from) / 1000)
  const failed = report(differences)
  process.stdout.write(`at most ${reads.bytesMax} bytes read of one, ${Math.round(reads.tookMax)} ms\n`)
  process.stdout.write(`made in ${Math.round((made - began) / 1000)} s, compared in ${seconds(made)} s\n`)
  return failed
}

/** Prints all that differs. Returns 1 if a difference has no reason, or a reason no difference. */
function report(differences: readonly Difference[]): number {
  const isOf = (row: (typeof KNOWN)[number], { name, fact }: Difference): boolean =>
    row.files.test(name) && row.fact.test(fact)
  const sorted = differences.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  const unknown = sorted.filter((difference) => !KNOWN.some((row) => isOf(row, difference)))
  const line = ({ name, fact, ours, theirs }: Difference): string =>
    `${name}: ${fact}: ours ${ours}, ffprobe ${theirs}\n`
  for (const row of KNOWN) {
    const met = sorted.filter((difference) => isOf(row, difference))
    if (met.length > 0)
      process.stdout.write(`\nright: ${row.reason}\n${met.map((each_) => `  ${line(each_)}`).join('')}`)
  }
  const isWhole = chosen.length === Object.values(KINDS).flat().length
  const gone = isWhole ? KNOWN.filter((row) => !sorted.some((difference) => isOf(row, difference))) : []
  for (const row of gone) process.stdout.write(`NO LONGER THERE: ${row.files} ${row.fact}: ${row.reason}\n`)
  for (const difference of unknown) process.stdout.write(`UNEXPLAINED: ${line(difference)}`)
  const differing = new Set(differences.map(({ name }) => name)).size
  process.stdout.write(
    `\n${chosen.length} files: ${chosen.length - differing} as ffprobe says, ${differences.length - unknown.length} facts differ for a known reason, ${unknown.length} without one\n`,
  )
  return unknown.length + gone.length === 0 ? 0 : 1
}

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readRatchets, writeRatchets } from './ratchets.ts'

/** Which lines are run differs a little between runs: races and random values take different ways. */
const SLACK = 0.3

const root = resolve(import.meta.dirname, '../..')
const report = readFileSync(join(root, 'coverage/lcov.info'), 'utf8')
const ratchets = readRatchets(root)
const covered = Math.floor(1000 * (sumOf('LH') / sumOf('LF'))) / 10
const asked = ratchets.lineCoverage

console.log(`line coverage of src: ${covered} % (at least ${asked} %)`)
if (covered < asked) process.exitCode = 1
else if (process.argv.includes('--tighten'))
  writeRatchets(root, { ...ratchets, lineCoverage: Math.max(asked, covered - SLACK) })
else if (covered > asked + 2 * SLACK)
  console.log('Better than the ratchet asks for: node scripts/check/coverage.ts --tighten')

/** The sum of one number of all files: `LF` lines found, `LH` lines hit. */
function sumOf(name: 'LF' | 'LH'): number {
  return [...report.matchAll(new RegExp(`^${name}:(\\d+)$`, 'gm'))].reduce((sum, [, n]) => sum + Number(n), 0)
}

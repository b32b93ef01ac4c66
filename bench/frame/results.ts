import { execFileSync } from 'node:child_process'
import { readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { resolve } from 'node:path'
import type { ScenarioResult } from './types.ts'

export const RESULTS_FILE = resolve(import.meta.dirname, '../results.json')

/** Where and when a scenario was measured. */
export interface Circumstances {
  readonly date: string
  readonly commit: string
  readonly machine: string
  readonly node: string
  /** What data folders lie on. */
  readonly disk: string
  /** Processes that wanted a core, a minute's average, when it began. Beyond 1 others were at work too. */
  readonly loadBefore: number
  readonly rounds: number
  /** What sizes and times were divided by; 1 for a whole run. */
  readonly quick: number
}

export type KeptResult = ScenarioResult & {
  readonly name: string
  readonly about: string
  readonly on: Circumstances
}

/** Of this moment. */
export function circumstances(rounds: number, quick: number): Circumstances {
  const [cpu] = cpus()
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--', '../../src') === '' ? '' : ' and changes'
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: git('rev-parse', '--short', 'HEAD') + changed,
    machine: `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB`,
    node: process.versions.node,
    disk: FILE_SYSTEMS[statfsSync(tmpdir()).type.toString(16)] ?? 'other',
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    ...{ rounds, quick },
  }
}

/** By the number that statfs gives, in hexadecimal. */
const FILE_SYSTEMS: Readonly<Record<string, string>> = {
  ef53: 'ext4',
  1021994: 'a RAM disk',
  58465342: 'xfs',
  '9123683e': 'btrfs',
  '794c7630': 'overlay',
}

/** All scenarios' latest results. */
export function keptResults(): readonly KeptResult[] {
  try {
    return JSON.parse(readFileSync(RESULTS_FILE, 'utf8')) as readonly KeptResult[]
  } catch {
    return []
  }
}

/** Puts a result in the place of the scenario's earlier one. */
export function keepResult(result: KeptResult, order: readonly string[]): void {
  const all = [...keptResults().filter(({ name }) => name !== result.name), result]
  all.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  writeFileSync(RESULTS_FILE, `${JSON.stringify(all, roundedFigure, 1)}\n`)
}

/** Four digits say all that a measurement knows. */
const roundedFigure = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value

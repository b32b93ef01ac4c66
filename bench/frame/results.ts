import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { chartOf } from './chart.ts'
import { tablesOf } from './tables.ts'
import type { Circumstances, KeptResult } from './types.ts'

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

const RESULTS = 'results.json'
const PAGE = 'README.md'
const BETWEEN = /(?<=<!-- results -->\n).*(?=<!-- end of results -->)/s
const EMPTY_PAGE = '<!-- results -->\n<!-- end of results -->\n'

/**
 * Puts a result in the place of the scenario's earlier one, in `folder`: into `results.json`, its chart, and the page's section between
 * the two marks. `order` has the names of all scenarios.
 */
export function keepResult(folder: string, result: KeptResult, order: readonly string[]): void {
  const charts = join(folder, 'charts')
  mkdirSync(charts, { recursive: true })
  const all = [...keptResults(folder).filter(({ name }) => name !== result.name), result]
  all.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  writeFileSync(join(folder, RESULTS), `${JSON.stringify(all, roundedFigure, 1)}\n`)
  writeFileSync(join(charts, `${result.name}.svg`), chartOf(result))
  const path = join(folder, PAGE)
  const page = existsSync(path) ? readFileSync(path, 'utf8') : EMPTY_PAGE
  const tables = keptResults(folder).map(tablesOf).join('\n')
  writeFileSync(
    path,
    page.replace(BETWEEN, () => `\n${tables}\n`),
  )
}

/** All scenarios' latest results. What was not measured stands in the file as null, and is `NaN` here. */
export function keptResults(folder: string): readonly KeptResult[] {
  const path = join(folder, RESULTS)
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  return JSON.parse(text, (_, value: unknown) =>
    value === null ? Number.NaN : value,
  ) as readonly KeptResult[]
}

/** Four digits say all that a measurement knows. */
const roundedFigure = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value

import { readFileSync } from 'node:fs'
import { allOptions } from '../../src/config/load.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import { HTTP_LIMITS } from '../../src/http/limits.ts'

/** The page that has the tables, and where in it they stand. */
export const PAGE = 'docs/security.md'
const TABLES = /(<!-- limits -->\n)[\s\S]*?(<!-- \/limits -->)/

/** The page with its tables as the code has them now. Throws where it has no place for them. */
export function withLimits(page: string, root: string): string {
  if (!TABLES.test(page)) throw new Error(`${PAGE} has no place for its tables of limits`)
  const fixed = readFileSync(`${root}/src/http/limits.ts`, 'utf8')
  const tables = [
    'What can be set, in the configuration:\n',
    ...table(settable()),
    '\nOf every connection and request, fixed. Sizes are bytes, times milliseconds; 0 is no limit:\n',
    ...table(fixedLimits(fixed)),
  ]
  return page.replace(TABLES, (_, start: string, end: string) => `${start}\n${tables.join('\n')}\n\n${end}`)
}

type Row = readonly [name: string, value: string, meaning: string]

const table = (rows: readonly Row[]): readonly string[] => [
  '| limit | default | what it bounds |',
  '| --- | --- | --- |',
  ...rows.map(([name, value, meaning]) => `| \`${name}\` | ${value} | ${meaning.replaceAll('|', '\\|')} |`),
]

/** Numbers that bound nothing. */
const NO_LIMITS = new Set(['iflytek_ost.error_status'])
/** What an option of the table before says. */
const SET_BY_OPTIONS = new Set(['bodyIdleMs', 'connectionsMax', 'bufferedSizeMax'])

/** Options that are numbers. */
function settable(): readonly Row[] {
  return allOptions(DIALECTS)
    .filter(({ key, fallback }) => typeof fallback === 'number' && !NO_LIMITS.has(key))
    .map(({ key, fallback, help }) => [key, grouped(Number(fallback)), help])
}

/** What is said of a limit where it is declared; else its name says it. */
function fixedLimits(source: string): readonly Row[] {
  const said = new Map(
    [...source.matchAll(/\/\*\* (.*?) \*\/\n {2}readonly (\w+):/g)].map(([, text = '', name = '']) => [
      name,
      text,
    ]),
  )
  return Object.entries(HTTP_LIMITS)
    .filter(([name]) => !SET_BY_OPTIONS.has(name))
    .map(([name, value]) => [name, shown(value), said.get(name) ?? ''])
}

const shown = (value: unknown): string => (typeof value === 'number' ? grouped(value) : JSON.stringify(value))

/** Digits in groups of three: 10,000. */
const grouped = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 })

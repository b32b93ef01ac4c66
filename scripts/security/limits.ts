import { readFileSync } from 'node:fs'
import { LIMIT_KEYS } from '../../src/config/account-limits.ts'
import { allOptions } from '../../src/config/load.ts'
import { DEFAULT_LIMITS } from '../../src/core/model/limits.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import { LIMITS as GUESSING_LIMITS } from '../../src/http/guessing/limits.ts'
import { HTTP_LIMITS } from '../../src/http/limits.ts'

/** The page that has the tables, and where in it they stand. */
export const PAGE = 'docs/security.md'
const TABLES = /(<!-- limits -->\n)[\s\S]*?(<!-- \/limits -->)/

/** The page with its tables as the code has them now. Throws where it has no place for them. */
export function withLimits(page: string, root: string): string {
  if (!TABLES.test(page)) throw new Error(`${PAGE} has no place for its tables of limits`)
  const said = (path: string) => saidIn(readFileSync(`${root}/${path}`, 'utf8'))
  const tables = [
    'What can be set, in the configuration:\n',
    ...table(settable()),
    '\nOf an account, in its `limits`; 0 is no limit:\n',
    ...table(ofAccounts(said('src/core/model/limits.ts'))),
    '\nOf every connection and request, fixed. Sizes are bytes, times milliseconds:\n',
    ...table(fixed(HTTP_LIMITS, said('src/http/limits.ts')).filter(([name]) => !SET_BY_OPTIONS.has(name))),
    '\nOf wrong tries, fixed, for signatures and for passwords:\n',
    ...table(fixed(GUESSING_LIMITS, said('src/http/guessing/limits.ts'))),
  ]
  return page.replace(TABLES, (_, start: string, end: string) => `${start}\n${tables.join('\n')}\n\n${end}`)
}

type Row = readonly [name: string, value: string, meaning: string]

const table = (rows: readonly Row[]): readonly string[] => [
  '| limit | default | what it bounds |',
  '| --- | --- | --- |',
  ...rows.map(([name, value, meaning]) => `| \`${name}\` | ${value} | ${meaning.replaceAll('|', '\\|')} |`),
]

/** A number that bounds nothing. */
const NO_LIMITS = new Set(['iflytek_ost.error_status'])

/** Options that are numbers. */
function settable(): readonly Row[] {
  return allOptions(DIALECTS)
    .filter(({ key, fallback, kind }) => {
      const isNumber =
        typeof fallback === 'number' || (fallback === null && /whole number/.test(kind.accepts))
      return isNumber && !NO_LIMITS.has(key)
    })
    .map(({ key, fallback, help }) => [key, shown(fallback), help])
}

/** By the names that files have for them. */
const ofAccounts = (said: ReadonlyMap<string, string>): readonly Row[] =>
  Object.entries(LIMIT_KEYS).map(([key, name]) => [
    key,
    shown(DEFAULT_LIMITS[name]),
    said.get(name) ?? AS_NAMED,
  ])

const AS_NAMED = 'as its name says'

/** What an option of the first table sets. */
const SET_BY_OPTIONS = new Set([
  ...[
    'headersMs',
    'bodyIdleMs',
    'bodyRateMin',
    'identifyMs',
    'replyIdleMs',
    'replyRateMin',
    'connectionsMax',
  ],
  ...[
    'addressConnectionsMax',
    'addressHandshakesMax',
    'address',
    'account',
    'bufferedSizeMax',
    'refusalsPerSecond',
  ],
])

const fixed = (limits: object, said: ReadonlyMap<string, string>): readonly Row[] =>
  Object.entries(limits).map(([name, value]) => [name, shown(value), said.get(name) ?? AS_NAMED])

/** What is said of each limit where it is declared. */
const saidIn = (source: string): ReadonlyMap<string, string> =>
  new Map(
    [...source.matchAll(/\/\*\* (.*?) \*\/\n {2}(?:readonly )?(\w+):/g)].map(([, text = '', name = '']) => [
      name,
      text,
    ]),
  )

/** Digits in groups of three: 10,000. */
function shown(value: unknown): string {
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 3 })
  if (typeof value !== 'object' || value === null) return '—'
  const { burst, everyMs, ...kinds } = value as Readonly<Record<string, unknown>>
  if (burst !== undefined) return `${shown(burst)}, then one each ${shown(everyMs)} ms`
  return Object.entries(kinds)
    .map(([name, of]) => `${name}: ${shown(of)}`)
    .join('; ')
}

import { seededRandom } from '../../test/contracts/metadata/random.ts'
import { type Cost, type Costs, readCosts } from './costs.ts'
import { ASSUMPTIONS, type Load, needsOf, placeAccounts } from './simulation.ts'

const KIB = 1024
const MIB = 1024 ** 2
const GIB = 1024 ** 3
const LOADS_PER_DAY = [1e5, 1e7, 1e9] as const
/** A large upload goes to the store in parts of this size; its requests are the parts, the beginning, the end and a look. */
const PART = 8 * MIB

/** The sizes that the page tells of. A cost that was not measured is that of the nearest size, grown as the bytes are. */
const SIZES = [
  { name: '4 KiB', bytes: 4 * KIB, costOf: (costs: Costs) => costOf(costs, '4 KiB'), s3Requests: 0 },
  { name: '5 MiB', bytes: 5 * MIB, costOf: (costs: Costs) => costOf(costs, '5 MiB'), s3Requests: 1 },
  {
    ...{ name: '2 GiB', bytes: 2 * GIB, s3Requests: (2 * GIB) / PART + 3 },
    costOf: (costs: Costs) => {
      const { nodeUs, databaseUs, logBytes, roomBytes } = costOf(costs, '256 MiB')
      const times = 8
      return {
        ...{ nodeUs: nodeUs * times, databaseUs: databaseUs * times },
        ...{ logBytes: logBytes * times, roomBytes: roomBytes * times },
      }
    },
  },
] as const

function costOf({ shared }: Costs, size: string): Cost {
  const cost = shared[size]
  if (cost === undefined) throw new Error(`the cost of ${size} was not measured`)
  return cost
}

/** The tables of docs/scaling.md, by the name between their markers. */
export function scalingTables(costs: Costs = readCosts()): Readonly<Record<string, string>> {
  return { costs: costTable(costs), needs: needTable(costs), cells: cellTable() }
}

function costTable({ date, embedded, shared }: Costs): string {
  const row = (where: string, size: string, { nodeUs, databaseUs, logBytes, roomBytes }: Cost) =>
    `| ${where} | ${size} | ${count(nodeUs)} | ${count(databaseUs)} | ${count(logBytes)} | ${count(roomBytes)} |`
  return [
    `Measured on ${date}.\n`,
    '| stores | upload | node, µs | PostgreSQL, µs | its log, bytes | its room, bytes |',
    '| --- | --- | --- | --- | --- | --- |',
    ...Object.entries(embedded).map(([size, cost]) => row('SQLite, disk', size, cost)),
    ...Object.entries(shared).map(([size, cost]) => row('PostgreSQL, S3', size, cost)),
  ].join('\n')
}

function needTable(costs: Costs): string {
  const rows = LOADS_PER_DAY.flatMap((uploadsPerDay) =>
    SIZES.map(({ name, bytes, s3Requests, costOf: cost }) => {
      const load: Load = { uploadsPerDay, bytes, s3Requests, cost: cost(costs) }
      const needs = needsOf(load, ASSUMPTIONS)
      return [
        ...[`${count(uploadsPerDay)} × ${name}`, count(needs.uploadsPerS), count(needs.nodes)],
        ...[count(needs.databaseCores), size(needs.logBytesPerS), size(needs.roomBytesPerDay)],
        ...[count(needs.s3RequestsPerS), size(needs.bytesPerDay), count(needs.cells)],
      ]
    }),
  )
  const head =
    '| uploads a day | a second, busiest hour | nodes | busy cores of PostgreSQL | its log, a second | its room, a day | S3 requests a second | stored a day | cells |'
  return [head, '| --- | --- | --- | --- | --- | --- | --- | --- | --- |']
    .concat(rows.map((row) => `| ${row.join(' | ')} |`))
    .join('\n')
}

function cellTable(): string {
  const rows = [3, 10, 30].map((cells) => {
    const random = seededRandom(cells)
    const { cells: loads, moves } = placeAccounts(10_000, cells, 1.2, () => random.below(1_000) / 1_000)
    const mean = loads.reduce((sum, load) => sum + load, 0) / cells
    return `| ${cells} | ${count(moves)} | ${(Math.max(...loads) / mean).toFixed(2)} |`
  })
  return [
    '| cells | accounts moved, of 10,000 | fullest cell, of the mean |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n')
}

const count = (value: number): string => {
  if (value === 0) return '0'
  return value < 10 && !Number.isInteger(value)
    ? value.toPrecision(2)
    : Math.round(value).toLocaleString('en-US')
}

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB']
  let at = 0
  let value = bytes
  for (; value >= 1000 && at < units.length - 1; at++) value /= 1000
  return `${count(value)} ${units[at]}`
}

const MARKER = (name: string): RegExp => new RegExp(`(<!-- table ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`)

/** The page with its tables as they are now. Throws where one has no place. */
export function withTables(page: string, tables: Readonly<Record<string, string>> = scalingTables()): string {
  return Object.entries(tables).reduce((text, [name, table]) => {
    if (!MARKER(name).test(text)) throw new Error(`the page has no place for the table ${name}`)
    return text.replace(MARKER(name), (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`)
  }, page)
}

import { readFileSync } from 'node:fs'

/** What one upload costs. */
export interface Cost {
  /** Processor time of the node, in microseconds. */
  readonly nodeUs: number
  /** Processor time of PostgreSQL; 0 where there is none. */
  readonly databaseUs: number
  /** Bytes of PostgreSQL's log. */
  readonly logBytes: number
  /** Bytes by which the database grows. */
  readonly roomBytes: number
}

/** By the name of a size. */
export interface Costs {
  readonly date: string
  readonly embedded: Readonly<Record<string, Cost>>
  readonly shared: Readonly<Record<string, Cost>>
}

/** As `measure.ts` wrote them. */
export const readCosts = (): Costs =>
  JSON.parse(readFileSync(new URL('./costs.json', import.meta.url), 'utf8')) as Costs

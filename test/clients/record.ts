import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from './calls.ts'

/** What runs have shown of the clients that have programs here, by client. */
export type ProgramRecord = Readonly<Record<string, ProgramResult>>
/** What the suites of Node clients have shown, by client. */
export type SuiteRecord = Readonly<Record<string, SuiteResult>>

export interface ProgramResult {
  readonly version: string
  /** The calls that succeeded, by place, in the order of their API's table. */
  readonly passed: Readonly<Partial<Record<Place, readonly string[]>>>
}

export interface SuiteResult {
  readonly version: string
  /** Titles of tests that passed, by file. */
  readonly passed: Readonly<Record<string, readonly string[]>>
}

/** What the page of clients is made of. */
export interface ClientRecord {
  readonly programs: ProgramRecord
  readonly suites: SuiteRecord
}

const FILE = join(import.meta.dirname, 'record.json')

export const readRecord = (): ClientRecord => JSON.parse(readFileSync(FILE, 'utf8')) as ClientRecord

export const writeRecord = (record: ClientRecord): void =>
  writeFileSync(FILE, `${JSON.stringify(record, null, 2)}\n`)

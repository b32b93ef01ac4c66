import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Facts } from '../../src/core/ports/facts.ts'
import { openReader } from '../../src/metadata/sqlite/db.ts'
import { openSqliteMetadata } from '../../src/metadata/sqlite/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { WRONG_AMOUNTS } from './amounts.ts'

/** A new database of today's program that `fill` has filled, as a file to be kept. */
export const keepSqlite = (fill: (facts: Facts) => Promise<void>): Promise<Uint8Array> =>
  inFolder(async (path) => {
    await withFacts(path, fill)
    return gzipSync(readFileSync(path))
  })

/** Opens a kept database with today's program. */
export const upgradeSqlite = (kept: Uint8Array, use: (facts: Facts) => Promise<void>): Promise<void> =>
  inFolder(async (path) => {
    writeFileSync(path, gunzipSync(kept))
    await withFacts(path, use)
    const db = openReader(path)
    assert.deepEqual(db.all(WRONG_AMOUNTS), [])
    db.close()
  })

async function inFolder<Result>(work: (path: string) => Promise<Result>): Promise<Result> {
  const folder = temporaryFolder()
  try {
    return await work(join(folder, 'stowage.db'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function withFacts(path: string, work: (facts: Facts) => Promise<void>): Promise<void> {
  const facts = await openSqliteMetadata({ path, durability: 'strict' })
  try {
    await work(facts)
  } finally {
    await facts.close()
  }
}

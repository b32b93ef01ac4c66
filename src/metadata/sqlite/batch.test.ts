import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { CoreError } from '../../core/errors.ts'
import { readBatch, writeBatch } from './batch.ts'
import { Db, openWriter } from './db.ts'
import type { Call, Reply } from './messages.ts'

/** Calls whose command is what they do. */
type Work = (db: Db) => unknown

const callsOf = (...works: readonly Work[]): Call[] =>
  works.map((command, id) => ({ id, name: 'usage', command }))

const handle = (db: Db, { command }: Call): unknown => (command as Work)(db)

const codesOf = (replies: readonly Reply[]): string[] =>
  replies.map((reply) => (reply.ok ? 'ok' : reply.failure.code))

const add =
  (number: number): Work =>
  (db) =>
    db.run('INSERT INTO numbers VALUES (?, NULL)', number)

describe('a batch of commands', () => {
  let folder = ''
  let db = openWriter(':memory:', 'strict')
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stowage-batch-'))
    db = openWriter(join(folder, 'test.db'), 'strict')
    db.exec('CREATE TABLE numbers (number INTEGER PRIMARY KEY, parent INTEGER REFERENCES numbers) STRICT')
    db.exec('CREATE TABLE bytes (bytes BLOB) STRICT')
  })
  afterEach(() => {
    db.close()
    rmSync(folder, { recursive: true })
  })

  const numbers = () => db.all<{ number: number }>('SELECT number FROM numbers').map(({ number }) => number)

  test('keeps commands that fail apart from those that do not', () => {
    const refuse: Work = (on) => {
      add(10)(on)
      throw new CoreError('name-conflict', 'taken', { key: 'a' })
    }
    const replies = writeBatch(db, callsOf(add(1), refuse, add(1), add(2)), handle)
    assert.deepEqual(codesOf(replies), ['ok', 'name-conflict', 'metadata-failed', 'ok'])
    assert.deepEqual(replies[1], {
      id: 1,
      ok: false,
      failure: { code: 'name-conflict', message: 'taken', detail: { key: 'a' } },
    })
    assert.deepEqual(numbers(), [1, 2])
  })

  test('fails as a whole when its commit fails, and the next one works', () => {
    const dangling: Work = (on) => {
      on.exec('PRAGMA defer_foreign_keys = 1')
      on.run('INSERT INTO numbers VALUES (5, 99)')
    }
    const replies = writeBatch(db, callsOf(add(1), dangling, add(2)), handle)
    assert.deepEqual(codesOf(replies), ['metadata-failed', 'metadata-failed', 'metadata-failed'])
    assert.deepEqual(numbers(), [])
    assert.deepEqual(codesOf(writeBatch(db, callsOf(add(1)), handle)), ['ok'])
  })

  test('fails as a whole with storage-full when the disk is full, and the next one works', () => {
    db.exec('PRAGMA max_page_count = 20')
    const large: Work = (on) => on.run('INSERT INTO bytes VALUES (?)', new Uint8Array(1_000_000))
    const replies = writeBatch(db, callsOf(add(1), large, add(2)), handle)
    assert.deepEqual(codesOf(replies), ['storage-full', 'storage-full', 'storage-full'])
    assert.deepEqual(numbers(), [])
    assert.deepEqual(codesOf(writeBatch(db, callsOf(add(1)), handle)), ['ok'])
  })

  test('is unavailable while another process keeps the file to itself', () => {
    const other = new Db(new DatabaseSync(join(folder, 'test.db'), { timeout: 0 }))
    db.exec('BEGIN IMMEDIATE')
    assert.deepEqual(codesOf(writeBatch(other, callsOf(add(1), add(2)), handle)), [
      'unavailable',
      'unavailable',
    ])
    db.exec('COMMIT')
    assert.deepEqual(codesOf(writeBatch(other, callsOf(add(1), add(2)), handle)), ['ok', 'ok'])
    other.close()
  })

  test('reads on one snapshot, each command failing for itself', () => {
    writeBatch(db, callsOf(add(1)), handle)
    const reader = new Db(new DatabaseSync(join(folder, 'test.db'), { readOnly: true }))
    const count: Work = (on) => on.one<{ count: number }>('SELECT count(*) AS count FROM numbers')?.count
    const meanwhile: Work = () => writeBatch(db, callsOf(add(2)), handle)
    const write: Work = (on) => on.run('DELETE FROM numbers')
    const replies = readBatch(reader, callsOf(count, meanwhile, count, write), handle)
    assert.deepEqual(codesOf(replies), ['ok', 'ok', 'ok', 'metadata-failed'])
    assert.deepEqual(
      [replies[0], replies[2]].map((reply) => reply?.ok && reply.value),
      [1, 1],
    )
    assert.deepEqual(readBatch(reader, callsOf(count), handle), [{ id: 0, ok: true, value: 2 }])
    reader.close()
  })
})

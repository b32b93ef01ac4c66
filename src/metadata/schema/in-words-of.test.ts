import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inWordsOf } from './in-words-of.ts'

const SCHEMA = `
  CREATE TABLE things (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    box   BLOB NOT NULL REFERENCES boxes,
    thing BLOB NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    name  TEXT NOT NULL,
    size  INTEGER GENERATED ALWAYS AS (length(name)) VIRTUAL,
    bytes {sqlite: INTEGER}{postgres: BLOB},
    PRIMARY KEY (box) {postgres: INCLUDE (name)}
  ) STRICT, WITHOUT ROWID {postgres: WITH (fillfactor = 50)};`

describe('the schema in the words of a store', () => {
  test('is for SQLite as it is written, without what is for PostgreSQL alone', () => {
    assert.equal(
      inWordsOf('sqlite', SCHEMA),
      `
  CREATE TABLE things (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    box   BLOB NOT NULL REFERENCES boxes,
    thing BLOB NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    name  TEXT NOT NULL,
    size  INTEGER GENERATED ALWAYS AS (length(name)) VIRTUAL,
    bytes INTEGER,
    PRIMARY KEY (box)
  ) STRICT, WITHOUT ROWID;`,
    )
  })

  test('has PostgreSQL types, texts compared by bytes, and no foreign key that names no column', () => {
    assert.equal(
      inWordsOf('postgres', SCHEMA),
      `
  CREATE TABLE things (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    box   bytea NOT NULL,
    thing bytea NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    name  text COLLATE "C" NOT NULL,
    size  bigint GENERATED ALWAYS AS (length(name)) STORED,
    bytes bytea,
    PRIMARY KEY (box) INCLUDE (name)
  ) WITH (fillfactor = 50);`,
    )
  })
})

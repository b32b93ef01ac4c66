import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { asAccountId } from '../../src/core/ids.ts'
import { bucketName, type KeyPage } from '../../src/core/model/buckets.ts'
import type { ListKeys } from '../../src/core/ports/commands/buckets.ts'
import { textOf } from '../../src/core/rules/key-lists.ts'
import { listKeys } from '../../src/metadata/commands/list-keys.ts'
import { stepsFor } from '../../src/metadata/schema/steps.ts'
import { Db } from '../../src/metadata/sqlite/db.ts'
import { runScript } from '../../src/metadata/sqlite/run-script.ts'

const ACCOUNT = asAccountId('account')
const FLAT = bucketName('test', 'flat')
const TREE = bucketName('test', 'tree')

/** Where one of three prefixes has `MANY` keys, in both shapes, and one file stands beside them. Indexes of other orders are dropped. */
const FILL = `
  DROP INDEX objects_created; DROP INDEX objects_kind; DROP INDEX entries_by_modified; DROP INDEX entries_by_size;
  DROP INDEX entries_by_created; DROP INDEX entries_by_local_created; DROP INDEX entries_volume;
  INSERT INTO realms (id, account, name) VALUES (1, 'account', 'realm');
  INSERT INTO volumes (id, realm, name, root, owner, attributes, created_at)
    VALUES (1, 1, 'volume', randomblob(16), '', '{}', 0);
  INSERT INTO buckets (id, account, owner, name, volume, settings, created_at, changed_at, version)
    VALUES (1, 'account', 'test', 'flat', NULL, '{}', 0, 0, 1), (2, 'account', 'test', 'tree', 1, '{}', 0, 0, 1);
  CREATE TEMP TABLE tops (name TEXT, id BLOB, many INTEGER);
  INSERT INTO tops VALUES ('a', randomblob(16), 10), ('b', randomblob(16), MANY), ('c', randomblob(16), 10);
  CREATE TEMP TABLE files AS
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < MANY)
    SELECT id AS parent, name AS top, printf('%07d', i) AS name, CAST(printf('%s%015d', name, i) AS BLOB) AS id
    FROM tops, n WHERE i <= many ORDER BY 2, 3;
  INSERT INTO files SELECT root, NULL, 'd', randomblob(16) FROM volumes;
  INSERT INTO objects (id, bucket, key, name, search_name, kind, status, blob, size, attributes, created_at, updated_at, version)
    SELECT id, 1, coalesce(top || '/', '') || name, '', '', '', '', id, 1, '{}', 0, 0, 1 FROM files;
  INSERT INTO entries (id, realm, volume, parent, name, kind, file_count, directory_count, blob, size, attributes, created_at,
      modified_at, version)
    SELECT root, 1, 1, NULL, '', 'directory', 1, 3, NULL, 0, '{}', 0, 0, 1 FROM volumes
    UNION ALL SELECT tops.id, 1, 1, root, tops.name, 'directory', many, 0, NULL, 0, '{}', 0, 0, 1 FROM tops, volumes
    UNION ALL SELECT id, 1, 1, parent, name, 'file', 0, 0, id, 1, '{}', 0, 0, 1 FROM files;
`

/** Counts what statements answer: each finds its rows by an index, which the tests of plans show. */
class CountingDb extends Db {
  asked = 0
  rows = 0

  override prepared(sql: string) {
    const prepared = super.prepared(sql)
    const count = (rows: number) => {
      this.asked += 1
      this.rows += rows
    }
    return new Proxy(prepared, {
      get: (target, name) => {
        if (name === 'all') return (...values: never[]) => counted(target.all(...values), count)
        return (...values: never[]) => counted([target.get(...values)], count)[0]
      },
    })
  }
}

function counted<Row>(rows: Row[], count: (rows: number) => void): Row[] {
  count(rows.length)
  return rows
}

/** A bucket of each shape with `many` keys below one of its prefixes. */
function openManyKeys(many: number) {
  const database = new DatabaseSync(':memory:')
  for (const { sql } of stepsFor('sqlite')) database.exec(sql)
  database.exec(FILL.replaceAll('MANY', String(many)))
  const pageOf = (shape: 'flat' | 'tree', query: Partial<ListKeys>) => {
    const db = new CountingDb(database)
    const all = { account: ACCOUNT, prefix: '', delimiter: '/', after: '', limit: 1000 }
    const bucket = shape === 'flat' ? FLAT : TREE
    const page: KeyPage = runScript(db, listKeys({ ...all, bucket, ...query }))
    return { page, statements: db.asked, rows: db.rows }
  }
  return { pageOf, close: () => database.close() }
}

/** Lists with and without a delimiter, from the start and from within `many` keys, read as many rows as they show, nearly. */
export function assertReadsLittle(many: number): void {
  const keys = openManyKeys(many)
  for (const shape of ['flat', 'tree'] as const) {
    const tops = keys.pageOf(shape, {})
    assert.deepEqual(tops.page.entries.map(textOf), ['a/', 'b/', 'c/', 'd'])
    assert.ok(tops.rows <= 20 && tops.statements <= 20, `${tops.rows} rows, ${tops.statements} statements`)
    const second = keys.pageOf(shape, { after: 'a/', limit: 1 })
    assert.deepEqual([second.page.entries.map(textOf), second.page.next], [['b/'], 'b/'])
    assert.ok(second.rows <= 12, `${second.rows} rows`)
    for (const delimiter of [null, '/']) {
      const inside = keys.pageOf(shape, { prefix: 'b/', delimiter, after: 'b/0000500', limit: 100 })
      assert.equal(inside.page.entries.length, 100)
      assert.ok(
        inside.rows <= 260 && inside.statements <= 60,
        `${inside.rows} rows, ${inside.statements} statements`,
      )
    }
  }
  keys.close()
}

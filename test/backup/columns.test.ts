import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { TENANT_TABLES } from '../../src/core/ports/tenants.ts'
import { TENANT_COLUMNS } from '../../src/metadata/commands/tenants/tables.ts'
import { stepsFor } from '../../src/metadata/schema/steps.ts'

/** What an export does not have: numbers that a store gives by itself, and the account, which is that of the whole export. */
const NOT_MOVED: Readonly<Record<string, readonly string[]>> = {
  realms: ['account'],
  buckets: ['account'],
  objects: ['seq'],
}

describe('an export', () => {
  test('has every column of the tables that it moves', () => {
    const database = new DatabaseSync(':memory:')
    for (const { sql } of stepsFor('sqlite')) database.exec(sql)
    for (const table of TENANT_TABLES) {
      const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all()
      const expected = columns
        .map(({ name }) => String(name))
        .filter((name) => !NOT_MOVED[table]?.includes(name))
      assert.deepEqual([...TENANT_COLUMNS[table]].sort(), expected.sort(), table)
    }
    database.close()
  })
})

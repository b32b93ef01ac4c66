import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { useCommands } from '../../../test/contracts/use-commands.ts'
import { COMMANDS, factsOf, scriptOf } from '../commands/index.ts'
import { stepsFor } from '../schema/steps.ts'
import { type Db, openReader, openWriter } from './db.ts'
import { migrate } from './migrate.ts'
import { runScript } from './run-script.ts'

/** Steps that go through rows without an index, and why that is right. */
const SCANS_ALLOWED: readonly RegExp[] = [
  // Rows that an indexed subquery gave, or the statement itself.
  /^SCAN (\(subquery-\d+\)|placed|above|below|held|counted|d|directories|files|others|page|skipped|wanted|matches|labelled|first|due)$/,
  /^SCAN (\d+-ROW VALUES CLAUSE|CONSTANT ROW)$/,
  // Every account there is.
  /^SCAN (accounts|account_keys|credentials)\b/,
  // All there is has to go; the limit ends it.
  /^SCAN (doomed|entry_changes)$/,
  // The index has garbage only, in the order asked for, and the limit ends it.
  /^SCAN segments USING INDEX segments_gone$/,
]

const SORTS_ALLOWED: readonly RegExp[] = [
  // A page of files, merged from the first ones of each directory.
  /^SELECT \* FROM \(SELECT e\.id, e\.\w+ AS sort_value/,
  // A page of a directory that mixes two orders: sorted is what each gave, up to the page's end.
  /AS page\s+JOIN entries/,
  // A page of a search for one of many labels, merged from the first ones of each label.
  /AS first UNION ALL/,
  // Names of one beginning in another order: there may be few of them.
  /e\.name >= \?.*ORDER BY e\.(?!name)/s,
  // Those of one user that were unused for longest: few, and seldom looked for.
  /^DELETE FROM tokens WHERE hash IN \(SELECT hash FROM tokens WHERE account/,
  // A sealed upload's parts are added up for each of its assemblies.
  /^UPDATE parts SET place/,
  // Lists by kind alone: status stands between kind and time in the index.
  /o\.kind = \?( AND \(.*\))?\s+ORDER BY/,
  // An open upload's bytes: every part has to be added up anyway.
  /OVER \(ORDER BY number\).*ORDER BY number LIMIT/s,
]

describe('every statement', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-plans-'))
  const path = join(folder, 'stowage.db')
  const writer = openWriter(path, 'relaxed')
  migrate(writer, path, stepsFor('sqlite'))
  const reader = openReader(path)
  let statements: readonly string[] = []

  before(async () => {
    const used = writer.statements.length
    await useCommands(metadataOn(writer, reader))
    const run = new Set([...writer.statements.slice(used), ...reader.statements])
    statements = [...run].filter((sql) => /^(SELECT|INSERT|UPDATE|DELETE|WITH)/.test(sql))
  })
  after(() => {
    reader.close()
    writer.close()
    rmSync(folder, { recursive: true })
  })

  const plansOf = () =>
    statements.map((sql) => {
      const values = Array.from({ length: (sql.match(/\?(?!\d)/g) ?? []).length }, () => null)
      const steps = reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
      return { sql, steps: steps.map(({ detail }) => detail) }
    })

  test('finds its rows by an index', () => {
    assert.ok(statements.length > 50)
    for (const { sql, steps } of plansOf()) {
      const scans = steps.filter(
        (step) => step.startsWith('SCAN') && !SCANS_ALLOWED.some((allowed) => allowed.test(step)),
      )
      assert.deepEqual(scans, [], sql)
    }
  })

  test('gets its order from an index', () => {
    for (const { sql, steps } of plansOf()) {
      if (SORTS_ALLOWED.some((allowed) => allowed.test(sql))) continue
      assert.deepEqual(
        steps.filter((step) => step.includes('TEMP B-TREE')),
        [],
        sql,
      )
    }
  })
})

/** The port without threads, so that its connections can tell what was run on them. */
const metadataOn = (writer: Db, reader: Db) =>
  factsOf(
    async (name, command) =>
      runScript(COMMANDS[name].kind === 'read' ? reader : writer, scriptOf(name, command)),
    async () => {},
  )

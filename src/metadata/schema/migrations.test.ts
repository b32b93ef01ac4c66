import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isCoreError } from '../../core/errors.ts'
import { type AppliedStep, appliedFrom, type Migration, missingSteps, requireAll } from './migrations.ts'
import { stepsFor } from './steps.ts'

const step = (version: number, sql = `CREATE TABLE t${version} (id)`): Migration => ({
  version,
  name: `step ${version}`,
  sql,
})
const steps = [step(1), step(2), step(3)]
const applied = (...of: readonly Migration[]) => of.map(appliedFrom)
const words = { database: 'the database', startAnew: 'move it away' }
const missing = (found: readonly AppliedStep[]) => missingSteps(steps, found, words)
const refuses = (found: readonly AppliedStep[], message: RegExp) =>
  assert.throws(
    () => missing(found),
    (error) => isCoreError(error, 'metadata-failed') && message.test(error.message),
  )

describe('the steps of a schema', () => {
  test('are numbered from 1 without gaps', () => {
    for (const all of [stepsFor('sqlite'), stepsFor('postgres')]) {
      assert.deepEqual(
        all.map(({ version }) => version),
        all.map((_, index) => index + 1),
      )
    }
  })

  test('are missing from where the database left off', () => {
    assert.deepEqual(missing([]), steps)
    assert.deepEqual(missing(applied(step(1))), [step(2), step(3)])
    assert.deepEqual(missing(applied(...steps)), [])
  })

  test('refuse a database that has another step, or one without a checksum, however many it has', () => {
    refuses(applied(step(1, 'other')), /made by another build .*its step 1, "step 1", .* or move it away/)
    refuses(applied(step(1), { ...step(2), name: 'other' }, step(3), step(4)), /its step 2, "other"/)
    refuses(applied(step(2)), /its step 2/)
    refuses([{ version: 1, name: 'step 1', checksum: null }], /a version before the first release/)
  })

  test('refuse a newer database, naming both versions', () => {
    refuses(applied(...steps, step(4)), /version 4, .* up to 3 only: start a newer version/)
  })

  test('have to be there in full where nothing is to be changed', () => {
    requireAll(steps, applied(...steps), words)
    assert.throws(() => requireAll(steps, applied(step(1)), words), /version 1, .* needs version 3: run/)
    assert.throws(() => requireAll(steps, [], words), /version 0, .* needs version 3: run/)
  })
})

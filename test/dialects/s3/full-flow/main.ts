import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasVersitygw, linesOf, runCases } from './run.ts'

const skip = hasVersitygw() ? false : 'scripts/install-test-s3.sh did not build versitygw'

test('the cases of versitygw pass but for those that are listed, and these do not', { skip }, async () => {
  const listed = new Set((await linesOf('not-passing.txt')).map((line) => line.split(':')[0] ?? ''))
  const shown = await runCases(await linesOf('cases.txt'))
  const failing = [...shown].filter(([name, why]) => why !== '' && !listed.has(name))
  assert.deepEqual(failing, [], 'these fail and are not listed')
  const passing = [...listed].filter((name) => shown.get(name) === '')
  assert.deepEqual(passing, [], 'these pass and are still listed')
})

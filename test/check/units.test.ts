import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { filesOf, OWN_PROCESS } from '../units/groups.ts'

const ROOT = join(import.meta.dirname, '../..')

describe('npm test', () => {
  test('runs each test file of src once, by a group or in a process of its own', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    )
    const grouped = (['core', 'dialects', 'http', 'others'] as const).flatMap(filesOf)
    const own = globSync(
      OWN_PROCESS.map((folder) => `src/${folder}/**/*.test.ts`),
      { cwd: ROOT },
    )
    assert.deepEqual([...grouped, ...own].sort(), globSync('src/**/*.test.ts', { cwd: ROOT }).sort())
    assert.ok(scripts.test?.includes(`"src/{${OWN_PROCESS.join(',')}}/**/*.test.ts"`))
  })
})

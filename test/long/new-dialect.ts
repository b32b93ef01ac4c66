import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryFolder } from '../support/folder.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

describe('npm run new-dialect', () => {
  const copy = temporaryFolder()
  before(() => {
    const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
    const files = execFileSync('git', listing, { cwd: ROOT, encoding: 'utf8' }).split('\0')
    for (const file of files.filter((each) => each !== '')) {
      mkdirSync(dirname(join(copy, file)), { recursive: true })
      cpSync(join(ROOT, file), join(copy, file), { verbatimSymlinks: true })
    }
    execFileSync('git', ['init', '--quiet'], { cwd: copy })
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  })
  after(() => rmSync(copy, { recursive: true }))

  // A run of tests within a test would do nothing if it knew where it is.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const node = (...args: readonly string[]) => run(process.execPath, args, { cwd: copy, env })
  const npx = (...args: readonly string[]) => run('npx', args, { cwd: copy, env })

  test('makes a dialect that passes the check and its own tests', async () => {
    const { stdout } = await node('scripts/new-dialect/main.ts', 'new-vendor-drop')
    assert.match(stdout, /^src\/dialects\/new-vendor-drop\/index\.ts$/m)
    await npx('tsc')
    await npx('biome', 'check')
    await node('scripts/check/main.ts')
    const { stdout: told } = await node(
      ...['--test', '--test-reporter=tap', 'src/dialects/new-vendor-drop/errors.test.ts'],
      ...['test/dialects/new-vendor-drop.test.ts', 'test/coverage/coverage.test.ts'],
    )
    assert.match(told, /^ *ok \d+ - new-vendor-drop: a file that was put comes back/m)
    const { stdout: help } = await node('src/cli/main.ts', 'serve', '--help')
    assert.match(help, /--new-vendor-drop-greeting/)
  })

  test('makes none over another, and none whose name cannot be one', async () => {
    for (const [name, problem] of [
      ['iflytek-ost', /^NAME: src\/dialects\/iflytek-ost is there already\n$/],
      ['../x', /^NAME: is "\.\.\/x"; accepted: small letters and digits/],
    ] as const) {
      await assert.rejects(node('scripts/new-dialect/main.ts', name), { code: 1, stderr: problem })
    }
  })
})

import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { spawnServer } from '../support/harness.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const hasTools = ['curl --version', 'cmp --version', 'awk 1', 'bash --version'].every((command) => {
  const [name = '', argument = ''] = command.split(' ')
  return spawnSync(name, [argument], { input: '' }).status === 0
})

/** The first block of this language under a heading of the README. */
function example(heading: string, language: string): string {
  const text = readFileSync(`${root}README.md`, 'utf8')
  const section = text.slice(text.indexOf(`## ${heading}\n`))
  return new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(section)?.[1] ?? assert.fail(heading)
}

/** Where the output is no terminal, the demo account's file alone has its secrets. */
const demoPassword = (dataDir: string): string =>
  /^password = "(.*)"$/m.exec(readFileSync(`${dataDir}/demo-account.toml`, 'utf8'))?.[1] ??
  assert.fail('password')

describe('what the README says', { skip: hasTools ? false : 'needs bash, curl, awk and cmp' }, () => {
  test('the README’s video goes up, is confirmed and comes back by token', async () => {
    const server = await spawnServer({ accounts: 'demo' })
    const printed = server.lines.join('\n')
    const named = (label: string) => new RegExp(`${label} +(\\S+)`).exec(printed)?.[1] ?? assert.fail(label)
    const [first = '', ...others] = example('Upload by the Huawei VOD API', 'sh').split('\n')
    assert.equal(first, 'URL=http://127.0.0.1:8440 PASSWORD=… PROJECT=…')
    const values = `URL=${server.url} PASSWORD='${demoPassword(server.dataDir)}' PROJECT=${named('project id')}`
    const { stdout } = await run('bash', ['-c', [values, ...others].join('\n')], { cwd: root })
    await server.dispose()
    const [confirmed = '', same, details = ''] = stdout.replace('}the', '}\nthe').trim().split('\n')
    const { asset_id } = JSON.parse(confirmed)
    assert.match(asset_id, /^[0-9a-f]{32}$/)
    assert.equal(same, 'the same bytes')
    const told = JSON.parse(details)
    assert.deepEqual([told.asset_id, told.base_info.meta_data.codec], [asset_id, 'H.264'])
  })
})

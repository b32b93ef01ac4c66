import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryFolder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { ACCOUNT, LIBRARIES, spawnServer } from '../support/harness.ts'
import { findProgram } from '../support/s3-kinds.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const hasTools = ['curl --version', 'cmp --version', 'awk 1', 'bash --version'].every((command) => {
  const [name = '', argument = ''] = command.split(' ')
  return spawnSync(name, [argument], { input: '' }).status === 0
})

/** The system's, or the one that `npm run test:clients` installed. */
const aws = findProgram('aws') ?? installedAws()
const rclone = findProgram('rclone') === null ? 'needs rclone' : false

function installedAws(): string | null {
  const cache = process.env.STOWAGE_TEST_CACHE ?? join(homedir(), '.cache/stowage-test')
  const found = globSync(join(cache, 'python-*/bin/aws')).filter((path) =>
    existsSync(join(dirname(path), '../complete')),
  )
  return found.at(-1) ?? null
}

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

  test('the README’s folder goes up by the AWS CLI', {
    skip: aws === null ? 'needs aws' : false,
  }, async () => {
    const values = `AWS_ACCESS_KEY_ID=${ACCOUNT.access_key} AWS_SECRET_ACCESS_KEY=${ACCOUNT.secret_key}`
    const stdout = await runByS3('sh', (url) => [
      `export PATH=${dirname(aws ?? '')}:$PATH; unset AWS_CA_BUNDLE AWS_PROFILE`,
      `export ${values} AWS_DEFAULT_REGION=us-east-1 AWS_ENDPOINT_URL=${url}`,
    ])
    assert.match(stdout, /\d docs\/coverage\/s3\.md\n/)
    assert.match(stdout, /http:\/\/127\.0\.0\.1:\d+\/holiday\/docs\/clients\.md\?\S+/)
  })

  test('the README’s folder goes into a library and out of it by rclone', { skip: rclone }, async () => {
    const keys = `RCLONE_CONFIG_STOWAGE_ACCESS_KEY_ID=${ACCOUNT.access_key}`
    const secret = `RCLONE_CONFIG_STOWAGE_SECRET_ACCESS_KEY=${ACCOUNT.secret_key}`
    const type = 'RCLONE_CONFIG_STOWAGE_TYPE=s3 RCLONE_CONFIG_STOWAGE_PROVIDER=Other'
    const folder = temporaryFolder()
    const stdout = await runByS3(
      'bash',
      (url) => [
        `unset AWS_CA_BUNDLE; export RCLONE_CONFIG=/dev/null ${type} RCLONE_CONFIG_STOWAGE_ENDPOINT=${url}`,
        `export ${keys} ${secret} LIBRARY=${LIBRARIES.file.id}; ln -s ${root}docs docs`,
      ],
      folder,
    )
    rmSync(folder, { recursive: true })
    assert.equal(stdout, 'the same files\n')
  })

  /** Runs an example of S3 after lines in place of its first ones, which set the values. */
  async function runByS3(language: string, linesOf: (url: string) => readonly string[], cwd = root) {
    const port = await freePort()
    const server = await spawnServer({ settings: { 's3.listen': `127.0.0.1:${port}` } })
    const commands = example('Upload by S3', language)
      .split('\n')
      .filter((line) => !line.startsWith('export '))
    const script = ['set -e', ...linesOf(`http://127.0.0.1:${port}`), ...commands].join('\n')
    const { stdout } = await run('bash', ['-c', script], { cwd })
    await server.dispose()
    return stdout
  }
})

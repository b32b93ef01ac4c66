import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { ACCOUNT, type Body, PROJECTS, startRig } from './rig.ts'

const run = promisify(execFile)
const program = fileURLToPath(new URL('client.py', import.meta.url))
const video = fileURLToPath(new URL('../../fixtures/media/video.mp4', import.meta.url))
const hasPython = spawnSync('python3', ['--version']).status === 0

interface Step {
  readonly step: string
  readonly status: number
  readonly answer: Body | null
}

describe('a client in another language', { skip: hasPython ? false : 'needs python3' }, () => {
  test('a Python client with a signature of its own goes the whole way of an asset', async () => {
    const rig = await startRig()
    const args = [rig.url, ACCOUNT.access_key, ACCOUNT.secret_key, PROJECTS.main.id, video]
    const { stdout } = await run('python3', [program, ...args])
    const steps = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Step)
    assert.deepEqual(
      steps.map(({ step, status }) => [step, status]),
      [
        ['create', 200],
        ['put', 200],
        ['confirm', 200],
        ['details', 200],
        ['list', 200],
        ['nothing found', 200],
        ['unsigned payload', 200],
        ['rename', 204],
        ['delete', 200],
        ['unknown', 404],
        ['wrong key', 401],
      ],
    )
    const answer = (name: string) => steps.find(({ step }) => step === name)?.answer
    assert.equal(answer('details')?.base_info.title, '蛇 & co')
    assert.equal(answer('details')?.base_info.meta_data?.video_size, mediaFixture('video.mp4').length)
    assert.equal(answer('list')?.total, 1)
    assert.equal(answer('nothing found')?.total, 0)
    assert.equal(answer('unsigned payload')?.asset_info_array[0]?.status, 'PUBLISHED')
    assert.equal(answer('unknown')?.error_code, 'VOD.10062')
    assert.equal(answer('wrong key')?.error_code, 'APIGW.0301')
    await rig.stop()
  })
})

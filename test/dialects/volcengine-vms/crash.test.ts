import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { type SpawnedServer, spawnServer, temporaryFolder } from '../../support/harness.ts'
import { wav } from '../../support/volcengine.ts'
import { type Rig, rigOn } from './rig.ts'

type Client = Omit<Rig, 'server' | 'clock' | 'stop'>

/** Servers one after the other on one folder, each killed before the next. */
function folder(t: TestContext) {
  const dataDir = temporaryFolder()
  let running: SpawnedServer | null = null
  const kill = async () => void (await running?.kill('SIGKILL'))
  t.after(async () => {
    await kill()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return {
    kill,
    start: async (): Promise<Client> => {
      running = await spawnServer({ dataDir })
      return rigOn(running.url)
    },
  }
}

test('after kill -9 between PUT and commit the bytes are there to be committed', async (t) => {
  const { start, kill } = folder(t)
  const first = await start()
  await first.upload('small.wav', wav(1))
  await first.upload('large.wav', wav(30))
  await kill()
  const second = await start()
  for (const [name, duration] of [
    ['small.wav', 1],
    ['large.wav', 30],
  ] as const) {
    const { ResourceKey } = await second.commit(name)
    const [record] = await second.list({ Type: 0, Keyword: ResourceKey })
    assert.equal(record?.Duration, duration)
  }
})

test('after kill -9 a commit that was answered, or not, gives one ResourceKey', async (t) => {
  const { start, kill } = folder(t)
  const first = await start()
  const key = await first.make('kept.wav', wav(1))
  await first.upload('cut.wav', wav(1))
  const lost = first.answer('CommitResourceUpload', { FileName: 'cut.wav' }).catch(() => null)
  await kill()
  const answer = await lost
  const second = await start()
  assert.equal((await second.commit('kept.wav')).ResourceKey, key)
  const repeated = (await second.commit('cut.wav')).ResourceKey
  if (answer !== null) assert.equal((answer.body.Result as Record<string, unknown>).ResourceKey, repeated)
  assert.equal((await second.list({ Type: 0, Keyword: 'cut.wav' })).length, 1)
  assert.equal((await second.result('QueryOpenGetResource', { Type: 0 })).Total, 2)
})

test('after kill -9 a delete, a rename and a template that were answered are kept', async (t) => {
  const { start, kill } = folder(t)
  const first = await start()
  const [gone, renamed] = [await first.make('gone.wav', wav(1)), await first.make('old.wav', wav(1))]
  await first.result('OpenDeleteResource', { ResourceKey: gone })
  await first.result('OpenUpdateResource', { ResourceKey: renamed, Name: 'new' })
  await first.result('OpenCreateTts', { Name: 'text', TtsTemplateContent: 'a' })
  await kill()
  const second = await start()
  assert.deepEqual(
    (await second.list()).map(({ Name }) => Name),
    ['new'],
  )
  assert.deepEqual(
    (await second.list({ Type: 1 })).map(({ Name }) => Name),
    ['text'],
  )
})

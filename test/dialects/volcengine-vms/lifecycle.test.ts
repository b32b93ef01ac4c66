import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { BUCKET } from '../../../src/dialects/volcengine-vms/model/resource.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { wav } from '../../support/volcengine.ts'
import { ACCOUNT, assertError, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

const recordOf = async (key: string) => (await rig.list({ Type: 0, Keyword: key }))[0]

/** What an upload URL's path shows to a reader; the plane's own signature is tested with the plane. */
async function download(fileName: string) {
  const { accounts, core } = rig.server.engine
  const account = accounts.byId(ACCOUNT.id)
  assert.ok(account)
  const object = await core.objects.find({ account: account.id, bucket: BUCKET, key: `file/${fileName}` })
  if (object === null) return null
  const chunks: Uint8Array[] = []
  for await (const chunk of core.objects.read(object)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

test('a commit that is repeated returns the first ResourceKey', async () => {
  const key = await rig.make('repeat.wav', wav(1))
  for (let time = 0; time < 3; time++) {
    assert.deepEqual(await rig.commit('repeat.wav'), { Name: 'repeat.wav', Suffix: '.wav', ResourceKey: key })
  }
  assert.equal((await rig.list({ Type: 0, Keyword: 'repeat.wav' })).length, 1)
  shows('volcengine-vms', 'FileName')
})

test('a client that repeats everything after a lost reply gets the first ResourceKey', async () => {
  const key = await rig.make('lost.wav', wav(1))
  assert.equal(await rig.make('lost.wav', wav(1)), key)
  await rig.result('OpenUpdateResource', { ResourceKey: key, Name: 'other name' })
  assert.deepEqual(await rig.commit('lost.wav'), { Name: 'lost.wav', Suffix: '.wav', ResourceKey: key })
})

test('commits in parallel make one resource and all get its key', async () => {
  for (let round = 0; round < 5; round++) {
    const name = `parallel-${round}.wav`
    await rig.upload(name, wav(1, round))
    const results = await Promise.all(Array.from({ length: 8 }, () => rig.commit(name)))
    assert.equal(new Set(results.map(({ ResourceKey }) => ResourceKey)).size, 1)
    assert.equal((await rig.list({ Type: 0, Keyword: name })).length, 1)
  }
})

test('the last PUT before the commit wins', async () => {
  const url = await rig.uploadUrl('again.wav')
  await rig.put(url, wav(1))
  await rig.put(url, wav(3))
  const key = String((await rig.commit('again.wav')).ResourceKey)
  assert.equal((await recordOf(key))?.Duration, 3)
  shows('volcengine-vms', 'PUT UploadUrl')
})

test('two upload URLs of one name lead to the same upload', async () => {
  const [first, second] = [await rig.uploadUrl('both.wav'), await rig.uploadUrl('both.wav')]
  await rig.put(second, wav(1))
  await rig.put(first, wav(2))
  const key = String((await rig.commit('both.wav')).ResourceKey)
  assert.equal((await recordOf(key))?.Duration, 2)
})

test('a PUT after the commit does not change the committed bytes', async () => {
  const url = await rig.uploadUrl('fixed.wav')
  await rig.put(url, wav(1, 1))
  const key = (await rig.commit('fixed.wav')).ResourceKey
  assert.equal((await rig.put(url, wav(1, 2))).status, 200)
  assert.deepEqual(await download('fixed.wav'), wav(1, 1))
  assertError(await rig.answer('CommitResourceUpload', { FileName: 'fixed.wav' }), {
    status: 400,
    code: 'IdempotentParameterMismatch',
  })
  assert.deepEqual(await download('fixed.wav'), wav(1, 1))
  assert.equal((await rig.commit('fixed.wav')).ResourceKey, key)
})

test('nothing is readable before the commit, nor after bytes were refused', async () => {
  await rig.upload('unread.wav', Buffer.from('no sound'))
  assert.equal(await download('unread.wav'), null)
  await rig.answer('CommitResourceUpload', { FileName: 'unread.wav' })
  assert.equal(await download('unread.wav'), null)
})

test('after bytes were refused a corrected PUT can be committed', async () => {
  const url = await rig.uploadUrl('corrected.wav')
  await rig.put(url, Buffer.from('no sound'))
  assertError(await rig.answer('CommitResourceUpload', { FileName: 'corrected.wav' }), {
    status: 400,
    code: 'InvalidParameter',
  })
  await rig.put(url, wav(1))
  assert.match(String((await rig.commit('corrected.wav')).ResourceKey), /^[0-9a-f]{32}$/)
})

test('after a delete the file name can be used again', async () => {
  const first = await rig.make('reuse.wav', wav(1))
  assert.deepEqual(await rig.result('OpenDeleteResource', { ResourceKey: first }), { ResourceKey: first })
  assertError(await rig.answer('CommitResourceUpload', { FileName: 'reuse.wav' }), {
    status: 400,
    code: 'InvalidParameter',
    message: 'The specified parameter FileName is invalid.',
    reason: 'RESOURCE_IS_NONE',
  })
  const second = await rig.make('reuse.wav', wav(2))
  assert.notEqual(second, first)
  assertError(await rig.answer('OpenDeleteResource', { ResourceKey: first }), {
    status: 400,
    code: 'InvalidParameter',
  })
  shows('volcengine-vms', 'OpenDeleteResource', 'FileName', 'OpenDeleteResource.ResourceKey')
})

test('uploaded bytes wait for their commit as long as is configured', async () => {
  await rig.upload('late.wav', wav(1))
  rig.clock.advance(24 * 3600_000 - 60_000)
  await rig.upload('too-late.wav', wav(1))
  await rig.commit('late.wav')
  rig.clock.advance(24 * 3600_000)
  const none = {
    status: 400,
    code: 'InvalidParameter',
    message: 'The specified parameter FileName is invalid.',
    reason: 'RESOURCE_IS_NONE',
  }
  assertError(await rig.answer('CommitResourceUpload', { FileName: 'too-late.wav' }), none)
  const shorter = await startRig({ settings: { 'volcengine_vms.upload_ttl_s': '600' } })
  try {
    await shorter.upload('late.wav', wav(1))
    shorter.clock.advance(540_000)
    await shorter.upload('too-late.wav', wav(1))
    await shorter.commit('late.wav')
    shorter.clock.advance(601_000)
    assertError(await shorter.answer('CommitResourceUpload', { FileName: 'too-late.wav' }), none)
    shows('volcengine-vms', 'bytes without a commit')
  } finally {
    await shorter.stop()
  }
})

test('the suffix and duration are those of the bytes, whatever the name says', async () => {
  for (const [name, bytes, suffix, duration] of [
    ['abcdef', wav(2.4), '.wav', 2],
    ['lying.mp3', wav(2.6), '.wav', 3],
    ['half.wav', wav(0.5), '.wav', 1],
    ['short.wav', wav(0.4), '.wav', 0],
    ['lying.wav', mediaFixture('cbr-tagged.mp3'), '.mp3', 1],
    ['vbr.mp3', mediaFixture('vbr-xing.mp3'), '.mp3', 1],
  ] as const) {
    await rig.upload(name, bytes)
    const { Name, Suffix, ResourceKey } = await rig.commit(name)
    assert.deepEqual([Name, Suffix], [name, suffix])
    const record = await recordOf(String(ResourceKey))
    assert.deepEqual([record?.Suffix, record?.Duration], [suffix, duration], name)
  }
  shows('volcengine-vms', 'CommitResourceUpload.Suffix', 'Records.Duration')
})

test('DryRunOperation: mutating calls validate everything and do nothing', async () => {
  const dry = { status: 400, code: 'DryRunOperation', codeN: null }
  const key = await rig.make('dry.wav', wav(1))
  await rig.upload('dry-new.wav', wav(1))
  for (const DryRun of [true, 'true', 'True']) {
    const calls = [
      ['GetResourceUploadUrl', { FileName: 'dry-none.wav' }],
      ['CommitResourceUpload', { FileName: 'dry-new.wav' }],
      ['CommitResourceUpload', { FileName: 'dry.wav' }],
      ['OpenUpdateResource', { ResourceKey: key, Name: 'renamed' }],
      ['OpenDeleteResource', { ResourceKey: key }],
      ['OpenCreateTts', { Name: 'dry', TtsTemplateContent: 'text' }],
    ] as const
    for (const [action, parameters] of calls) {
      assertError(await rig.answer(action, { ...parameters, DryRun }), {
        ...dry,
        message: 'The request is validated by a dryrun operation.',
      })
    }
  }
  assert.equal((await recordOf(key))?.Name, 'dry.wav')
  assert.deepEqual(await rig.list({ Type: 0, Keyword: 'dry-new.wav' }), [])
  assert.deepEqual(await rig.list({ Type: 1, Keyword: 'dry' }), [])
  await rig.commit('dry-new.wav')
  shows('volcengine-vms', 'DryRun', 'DryRunOperation')
})

test('a dry run still answers what is wrong', async () => {
  await rig.upload('dry-bad.wav', Buffer.from('no sound'))
  const DryRun = true
  const wrong = [
    ['GetResourceUploadUrl', { FileName: '../x' }],
    ['CommitResourceUpload', { FileName: 'dry-bad.wav' }],
    ['OpenDeleteResource', { ResourceKey: 'none' }],
    ['OpenCreateTts', { Name: 'dry', TtsTemplateContent: '#open' }],
    ['OpenUpdateResource', { ResourceKey: 'none', Name: 'a' }],
  ] as const
  for (const [action, parameters] of wrong) {
    assertError(await rig.answer(action, { ...parameters, DryRun }), {
      status: 400,
      code: 'InvalidParameter',
    })
  }
  const key = await rig.make('dry-other.wav', wav(1, 1))
  await rig.upload('dry-other.wav', wav(1, 2))
  assertError(await rig.answer('CommitResourceUpload', { FileName: 'dry-other.wav', DryRun }), {
    status: 400,
    code: 'IdempotentParameterMismatch',
  })
  await rig.upload('dry-other.wav', wav(1, 1))
  assert.equal((await rig.commit('dry-other.wav')).ResourceKey, key)
  assertError(await rig.answer('OpenDeleteResource', { ResourceKey: key, DryRun: 'perhaps' }), {
    status: 400,
    code: 'InvalidParameter',
    message: 'The specified parameter DryRun is invalid.',
    reason: 'RequestParametersError',
  })
  shows('volcengine-vms', 'DryRun')
})

test('DryRun=false does the call', async () => {
  const key = await rig.make('wet.wav', wav(1))
  await rig.result('OpenDeleteResource', { ResourceKey: key, DryRun: false })
})

test('a rename changes the name and nothing else', async () => {
  const key = await rig.make('name.wav', wav(1))
  const before = await recordOf(key)
  const renamed = await rig.result('OpenUpdateResource', { ResourceKey: key, Name: '新名字' })
  assert.deepEqual(renamed, { ResourceKey: key, Name: '新名字' })
  assert.deepEqual(await recordOf(key), { ...before, Name: '新名字' })
  shows('volcengine-vms', 'OpenUpdateResource', 'OpenUpdateResource')
})

test('a rename refuses names that are none', async () => {
  const key = await rig.make('names.wav', wav(1))
  for (const Name of [undefined, '']) {
    assertError(await rig.answer('OpenUpdateResource', { ResourceKey: key, Name }), {
      ...{ status: 400, code: 'MissingParameter', reason: 'RESOURCE_NAME_IS_NONE' },
      message: 'The required parameter Name is missing.',
    })
  }
  await rig.result('OpenUpdateResource', { ResourceKey: key, Name: '一行 text' })
  for (const name of ['a\u0000b', 'line\nbreak', '长'.repeat(86), 7, ['a'], { a: 1 }]) {
    assertError(await rig.answer('OpenUpdateResource', { ResourceKey: key, Name: name }), {
      status: 400,
      code: 'InvalidParameter',
      message: 'The specified parameter Name is invalid.',
      reason: 'RequestParametersError',
    })
  }
  shows('volcengine-vms', 'OpenUpdateResource.Name')
})

test('commits, PUTs and deletes at the same time end in one of their serial outcomes', async () => {
  for (let round = 0; round < 6; round++) {
    const name = `race-${round}.wav`
    const url = await rig.uploadUrl(name)
    await rig.put(url, wav(1, 1))
    const key = round % 2 === 0 ? null : String((await rig.commit(name)).ResourceKey)
    const racing: Promise<{ readonly status: number }>[] = [
      rig.put(url, wav(2, 2)),
      rig.answer('CommitResourceUpload', { FileName: name }),
      rig.put(url, wav(3, 3)),
      rig.answer('CommitResourceUpload', { FileName: name }),
    ]
    if (key !== null) racing.push(rig.answer('OpenDeleteResource', { ResourceKey: key }))
    for (const { status } of await Promise.all(racing)) assert.ok(status < 500, `status ${status}`)
    const records = await rig.list({ Type: 0, Keyword: name })
    assert.ok(records.length <= 1)
    const bytes = await download(name)
    assert.equal(bytes === null, records.length === 0)
    if (bytes !== null) {
      const whole = [wav(1, 1), wav(2, 2), wav(3, 3)].some((each) => each.equals(bytes))
      assert.ok(whole, 'the bytes are those of one PUT')
      assert.equal(records[0]?.Duration, Math.round((bytes.byteLength - 44) / 16000))
    }
  }
})

test('a large PUT and commits at the same time end in one of their serial outcomes', async () => {
  const [small, large] = [wav(1, 1), wav(60, 2)]
  for (let round = 0; round < 4; round++) {
    const name = `large-race-${round}.wav`
    const url = await rig.uploadUrl(name)
    await rig.put(url, small)
    const [put, commit] = await Promise.all([
      rig.put(url, large),
      rig.answer('CommitResourceUpload', { FileName: name }),
    ])
    assert.ok(put.status === 200 || put.status === 409, `put ${put.status}`)
    assert.equal(commit.status, 200, JSON.stringify(commit.body))
    const bytes = await download(name)
    assert.ok(bytes?.equals(small) || bytes?.equals(large))
  }
})

test('an upload URL is refused for names that paths cannot hold', async () => {
  for (const name of ['x'.repeat(255), `${'é'.repeat(125)}x.wav`]) await rig.uploadUrl(name)
  const names = ['a/b.wav', 'a\\b.wav', '.', '..', '../up.wav', 'nul\u0000.wav', 'tab\t.wav', 'é'.repeat(128)]
  for (const name of names) {
    for (const action of ['GetResourceUploadUrl', 'CommitResourceUpload']) {
      assertError(await rig.answer(action, { FileName: name }), {
        status: 400,
        code: 'InvalidParameter',
        message: 'The specified parameter FileName is invalid.',
        reason: 'RequestParametersError',
      })
    }
  }
  shows('volcengine-vms', 'FileName')
})

test('unusual but good file names go all the way', async () => {
  const names = ["a b+c*('!)~%&=?#.wav", '中文 名.wav', '😀.wav', '%2e%2e.wav', '...', 'x'.repeat(255)]
  for (const name of names) {
    const key = await rig.make(name, wav(1))
    assert.equal((await recordOf(key))?.Name, name)
    assert.deepEqual(await download(name), wav(1))
  }
  shows('volcengine-vms', 'FileName')
})

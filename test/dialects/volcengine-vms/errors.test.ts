import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { BUCKET } from '../../../src/dialects/volcengine-vms/model/resource.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { notOnDisk } from '../../support/shared-stores.ts'
import { shows } from '../../support/shows.ts'
import { sendWire, type VmsBody, wav } from '../../support/volcengine.ts'
import { ACCOUNT, assertError, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

const invalid = (parameter: string, voice: string) => ({
  status: 400,
  code: 'InvalidParameter',
  codeN: null,
  message: `The specified parameter ${parameter} is invalid.`,
  reason: voice,
})
const missing = (parameter: string, voice: string) => ({
  status: 400,
  code: 'MissingParameter',
  codeN: 100002,
  message: `The required parameter ${parameter} is missing.`,
  reason: voice,
})

async function plain(path: string, headers = {}, method = 'POST') {
  const answer = await sendWire(`${rig.url}${path}`, { method, headers })
  return { ...answer, body: JSON.parse(answer.bytes.toString()) as VmsBody }
}

test('MissingAction: a request without an action', async () => {
  const expected = {
    status: 400,
    code: 'MissingAction',
    codeN: 100002,
    message: 'The request is missing an action.',
  }
  assertError(await plain('/?Version=2022-01-01'), expected)
  assertError(await plain('/?Action=&Version=2022-01-01'), expected)
  assertError(await plain('/'), expected)
  assertError(await plain('/', {}, 'GET'), expected)
  const inBody = await rig.answer('', { Action: 'QueryUsableResource', Type: 0 })
  assertError(inBody, expected)
  const twice = '/?Action=QueryUsableResource&Action=QueryUsableResource&Version=2022-01-01'
  assertError(await plain(twice), { status: 400, code: 'InvalidAction' })
  await rig.result('QueryUsableResource', { Type: 0 })
  shows('volcengine-vms', 'Action', 'MissingAction')
})

test('InvalidAction: an action that does not exist', async () => {
  for (const action of ['OpenSubmitUpload', 'constructor', '__proto__', 'commitresourceupload']) {
    assertError(await rig.answer(action, {}), {
      status: 400,
      code: 'InvalidAction',
      codeN: 100008,
      message: 'The specified action is invalid.',
    })
  }
  const twice = '/?Action=OpenCreateTts&Action=OpenDeleteResource&Version=2022-01-01'
  assertError(await plain(twice), { status: 400, code: 'InvalidAction' })
  shows('volcengine-vms', 'InvalidAction')
})

test('MissingParameter and InvalidParameter: the version', async () => {
  assertError(await plain('/?Action=QueryUsableResource'), {
    status: 400,
    code: 'MissingParameter',
    codeN: 100002,
    message: 'The required parameter Version is missing.',
  })
  assertError(await rig.answer('QueryUsableResource', { Type: 0 }, { version: '2020-01-01' }), {
    status: 400,
    code: 'InvalidParameter',
    message: 'The specified parameter Version is invalid.',
  })
  await rig.result('QueryUsableResource', { Type: 0 }, { version: '2022-01-01' })
  shows('volcengine-vms', 'Version')
})

test('MissingParameter: every required parameter, with the older code', async () => {
  const cases = [
    ['GetResourceUploadUrl', {}, 'FileName', 'RESOURCE_NAME_IS_NONE'],
    ['CommitResourceUpload', { FileName: '' }, 'FileName', 'RESOURCE_NAME_IS_NONE'],
    ['QueryOpenGetResource', {}, 'Type', 'RequestParametersError'],
    ['QueryUsableResource', {}, 'Type', 'RequestParametersError'],
    ['QueryUsableResourceV2', { Type: null }, 'Type', 'RequestParametersError'],
    ['OpenUpdateResource', { Name: 'a' }, 'ResourceKey', 'RESOURCE_KEY_IS_NONE'],
    ['OpenUpdateResource', { ResourceKey: 'a' }, 'Name', 'RESOURCE_NAME_IS_NONE'],
    ['OpenDeleteResource', {}, 'ResourceKey', 'RESOURCE_KEY_IS_NONE'],
    ['OpenCreateTts', { TtsTemplateContent: 'a' }, 'Name', 'RESOURCE_NAME_IS_NONE'],
    ['OpenCreateTts', { Name: 'a' }, 'TtsTemplateContent', 'RequestParametersError'],
  ] as const
  for (const [action, parameters, name, voice] of cases) {
    assertError(await rig.answer(action, parameters), missing(name, voice))
  }
  const [record] = await rig.list({ Type: 0, Keyword: await rig.make('all-there.wav', wav(1)) })
  assert.equal(record?.Name, 'all-there.wav')
  shows(
    'volcengine-vms',
    'GetResourceUploadUrl.FileName',
    'CommitResourceUpload.FileName',
    'QueryOpenGetResource.Type',
    'QueryUsableResource.Type',
    'QueryUsableResourceV2.Type',
    'OpenUpdateResource.ResourceKey',
    'OpenDeleteResource.ResourceKey',
    'OpenCreateTts.Name',
    'MissingParameter',
    'RESOURCE_KEY_IS_NONE',
    'RESOURCE_NAME_IS_NONE',
  )
})

test('InvalidParameter: RESOURCE_KEY_IS_NOT_EXIST for keys that nothing has', async () => {
  const keys = [
    '9facef29b86a4d52af1673bff3f40d82',
    'abcdef',
    '../../etc/passwd',
    '9FACEF29B86A4D52AF1673BFF3F40D82',
  ]
  for (const key of keys) {
    for (const action of ['OpenDeleteResource', 'OpenUpdateResource']) {
      const answer = await rig.answer(action, { ResourceKey: key, Name: 'a' })
      assertError(answer, invalid('ResourceKey', 'RESOURCE_KEY_IS_NOT_EXIST'))
    }
  }
  shows('volcengine-vms', 'InvalidParameter', 'RESOURCE_KEY_IS_NOT_EXIST')
})

test('the older code stands in Reason and in the log, not in the message', async () => {
  const { body } = await rig.answer('CommitResourceUpload', { FileName: 'never.wav' })
  assert.deepEqual(body.ResponseMetadata.Error, {
    Code: 'InvalidParameter',
    Message: 'The specified parameter FileName is invalid.',
    Reason: 'RESOURCE_IS_NONE',
  })
  const line = rig.server.logLines.find((each) => each.includes(body.ResponseMetadata.RequestId))
  assert.equal(JSON.parse(line ?? '{}').voiceFileCode, 'RESOURCE_IS_NONE')
  shows('volcengine-vms', 'ResponseMetadata.Error.Reason')
})

test('InvalidParameter: RESOURCE_IS_NONE for a commit without bytes', async () => {
  const none = invalid('FileName', 'RESOURCE_IS_NONE')
  assertError(await rig.answer('CommitResourceUpload', { FileName: 'never.wav' }), none)
  const url = await rig.uploadUrl('empty.wav')
  assertError(await rig.answer('CommitResourceUpload', { FileName: 'empty.wav' }), none)
  assert.equal((await rig.put(url, Buffer.alloc(0))).status, 200)
  assertError(await rig.answer('CommitResourceUpload', { FileName: 'empty.wav' }), none)
  shows('volcengine-vms', 'RESOURCE_IS_NONE')
})

test('InvalidParameter: RESOURCE_SIZE_OVER_LIMIT above 5 MB', async () => {
  const over = Buffer.concat([wav((5 * 1024 * 1024 - 44) / 16000), Buffer.alloc(1)])
  assert.equal(over.byteLength, 5_242_881)
  await rig.upload('large.wav', over)
  const answer = await rig.answer('CommitResourceUpload', { FileName: 'large.wav' })
  assertError(answer, invalid('FileName', 'RESOURCE_SIZE_OVER_LIMIT'))
  shows('volcengine-vms', 'file size', 'RESOURCE_SIZE_OVER_LIMIT')
})

test('a file of exactly 5 MB is taken', async () => {
  const bytes = wav((5 * 1024 * 1024 - 44) / 16000)
  assert.equal(bytes.byteLength, 5 * 1024 * 1024)
  await rig.make('limit.wav', bytes)
  shows('volcengine-vms', 'file size')
})

test('InvalidParameter: FILE_ANALYSE_ERROR for a name whose suffix is neither that of MP3 nor of WAV', async () => {
  for (const FileName of ['x.txt', 'x.wav.txt', 'x.mp4', 'x.M4A']) {
    for (const action of ['GetResourceUploadUrl', 'CommitResourceUpload'])
      assertError(await rig.answer(action, { FileName }), invalid('FileName', 'FILE_ANALYSE_ERROR'))
  }
  for (const name of ['LOUD.WAV', 'Loud.Mp3', 'without-suffix', '9f1c2b3a-4d5e-6f70'])
    await rig.make(name, wav(1))
  shows('volcengine-vms', 'CommitResourceUpload.FileName', 'FileName')
})

test('storage takes 16 MiB, so that the commit tells of the limit', async () => {
  await rig.upload('16-mib.wav', Buffer.alloc(16 * 1024 * 1024))
  const answer = await rig.answer('CommitResourceUpload', { FileName: '16-mib.wav' })
  assertError(answer, invalid('FileName', 'RESOURCE_SIZE_OVER_LIMIT'))
  shows('volcengine-vms', 'PUT')
})

test('storage itself stops listening far above the limit', async () => {
  const { status, bytes } = await rig.put(await rig.uploadUrl('huge.wav'), Buffer.alloc(16 * 1024 * 1024 + 1))
  assert.equal(status, 400)
  assert.equal(JSON.parse(bytes.toString()).Code, 'EntityTooLarge')
  shows('volcengine-vms', 'PUT', 'TOS EntityTooLarge')
})

test('InvalidParameter: FILE_ANALYSE_ERROR for anything but WAV and MP3', async () => {
  const broken = { 'text.mp3': Buffer.from('not a sound'), 'cut.wav': wav(2).subarray(0, 40) }
  const others = ['video.mp4', 'audio.m4a', 'vorbis.ogg', 'tone.flac', 'tone.aac', 'picture.png']
  const named = others.map((name) => [`${name}.mp3`, mediaFixture(name)] as const)
  const files = { ...broken, ...Object.fromEntries(named) }
  for (const [name, bytes] of Object.entries(files)) {
    await rig.upload(name, bytes)
    const answer = await rig.answer('CommitResourceUpload', { FileName: name })
    assertError(answer, invalid('FileName', 'FILE_ANALYSE_ERROR'))
  }
  assert.deepEqual(
    (await rig.list()).filter(({ Name }) => String(Name) in files),
    [],
  )
  await rig.make('sound.wav', wav(1))
  await rig.make('sound.mp3', mediaFixture('cbr-tagged.mp3'))
  shows('volcengine-vms', 'CommitResourceUpload.FileName', 'formats', 'FILE_ANALYSE_ERROR')
})

test('IdempotentParameterMismatch: other bytes under a committed file name', async () => {
  const key = await rig.make('twice.wav', wav(1, 1))
  await rig.upload('twice.wav', wav(1, 2))
  assertError(await rig.answer('CommitResourceUpload', { FileName: 'twice.wav' }), {
    status: 400,
    code: 'IdempotentParameterMismatch',
    codeN: null,
    message: 'Parameters mismatch the previous request with a same ClientToken.',
    reason: 'NOT_REPET_INVOCK',
  })
  assert.equal((await rig.commit('twice.wav')).ResourceKey, key, 'the other bytes were dropped')
  shows('volcengine-vms', 'CommitResourceUpload.FileName', 'IdempotentParameterMismatch', 'NOT_REPET_INVOCK')
})

test('OperationDenied: a held resource is not deleted', async () => {
  const key = await rig.make('held.wav', wav(1))
  const { core, accounts } = rig.server.engine
  const [object] = (
    await core.objects.list({
      account: accounts.all[0]?.id ?? assert.fail(),
      bucket: BUCKET,
      kind: null,
      status: null,
      keyword: key,
      order: 'newest-first',
      limit: 1,
      offset: 0,
    })
  ).objects
  assert.ok(object)
  await core.objects.hold(object)
  assertError(await rig.answer('OpenDeleteResource', { ResourceKey: key }), {
    status: 400,
    code: 'OperationDenied',
    codeN: null,
    message: 'Operation is denied because the specified resource is in use.',
    reason: 'RESOURCE_KEY_HAVE_TASK_RUNING',
  })
  await core.objects.release(object)
  await rig.result('OpenDeleteResource', { ResourceKey: key })
  shows('volcengine-vms', 'OperationDenied', 'RESOURCE_KEY_HAVE_TASK_RUNING')
})

test('QuotaExceeded: more resources than the account may have', async () => {
  const full = await startRig({ settings: { 'volcengine_vms.resources_max': '1' } })
  try {
    await full.make('one.wav', wav(1))
    await full.upload('two.wav', wav(1))
    const expected = {
      status: 400,
      code: 'QuotaExceeded',
      codeN: null,
      message: 'The number of voice resources has exceeded the quota.',
    }
    assertError(await full.answer('CommitResourceUpload', { FileName: 'two.wav' }), expected)
    assertError(await full.answer('OpenCreateTts', { Name: 'a', TtsTemplateContent: 'b' }), expected)
    const dry = { FileName: 'two.wav', DryRun: true }
    assertError(await full.answer('CommitResourceUpload', dry), expected)
    assert.equal((await full.commit('one.wav')).Name, 'one.wav', 'a repeat needs no room')
    shows('volcengine-vms', 'resources per account', 'QuotaExceeded')
  } finally {
    await full.stop()
  }
})

test('Throttling: more calls a second than the account may make', async () => {
  const slow = await startRig({ settings: { 'volcengine_vms.rate_limit_per_s': '1' } })
  try {
    const answers = []
    for (let call = 0; call < 5; call++) answers.push(await slow.answer('QueryUsableResource', { Type: 0 }))
    const throttled = answers.find(({ status }) => status !== 200)
    assert.ok(throttled)
    assertError(throttled, {
      status: 400,
      code: 'Throttling',
      codeN: 100018,
      message: 'The request is denied due to request throttling.',
    })
    const { 'retry-after': seconds } = throttled.headers
    assert.equal(seconds, '1')
    slow.clock.advance(Number(seconds) * 1000)
    await slow.result('QueryUsableResource', { Type: 0 })
    shows('volcengine-vms', 'calls a second', 'Throttling')
  } finally {
    await slow.stop()
  }
})

test('SignatureNotMatch: a wrong secret, and no signature at all', async () => {
  const keys = { ...ACCOUNT, secret_key: 'wrong' }
  const message = 'The request signature provided is incorrect.'
  const wrong = await rig.answer('QueryUsableResource', { Type: 0 }, { keys })
  assertError(wrong, { status: 401, code: 'SignatureNotMatch', codeN: 100010, message })
  const unsigned = await plain('/?Action=QueryUsableResource&Version=2022-01-01')
  assertError(unsigned, { status: 401, code: 'SignatureNotMatch', codeN: 100003, message })
  shows('volcengine-vms', 'SignatureNotMatch')
})

test('InvalidAccessKeyId: a key that nobody has', async () => {
  const keys = { ...ACCOUNT, access_key: 'AKLTNOBODY' }
  assertError(await rig.answer('QueryUsableResource', { Type: 0 }, { keys }), {
    status: 403,
    code: 'InvalidAccessKeyId',
    codeN: 100009,
    message: 'The access key ID provided is not valid.',
  })
  shows('volcengine-vms', 'InvalidAccessKeyId')
})

test('AccessDenied: FetchResource while no host is listed', async () => {
  const parameters = { Url: 'https://example.com/a.wav', Name: 'a.wav' }
  assertError(await rig.answer('FetchResource', parameters), {
    status: 403,
    code: 'AccessDenied',
    codeN: 100013,
    message: 'You are not authorized to perform this action.',
    reason: 'NO_PERMISSION',
  })
  shows('volcengine-vms', 'AccessDenied', 'NO_PERMISSION')
})

test('InternalError: the stored bytes are gone', { skip: notOnDisk }, async () => {
  const broken = await startRig()
  try {
    await broken.upload('gone.wav', wav(30))
    rmSync(join(broken.server.dataDir, 'blobs'), { recursive: true })
    assertError(await broken.answer('CommitResourceUpload', { FileName: 'gone.wav' }), {
      status: 500,
      code: 'InternalError',
      codeN: 100014,
      message: 'The request has failed due to an unknown error.',
      reason: 'VOLC_TOS_SERVER_ERROR',
    })
    shows('volcengine-vms', 'InternalError', 'VOLC_TOS_SERVER_ERROR')
  } finally {
    await broken.stop()
  }
})

test('ServiceUnavailable: the store cannot be reached', async () => {
  const closed = await startRig()
  try {
    await closed.server.engine.close()
    assertError(await closed.answer('QueryUsableResource', { Type: 0 }), {
      status: 503,
      code: 'ServiceUnavailable',
      codeN: null,
      message: 'The request has failed due to a temporary failure of the server.',
    })
  } finally {
    await closed.stop()
  }
})

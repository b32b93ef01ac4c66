import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { assertError, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

const create = (parameters: Readonly<Record<string, unknown>>) =>
  rig.answer('OpenCreateTts', { Name: 'template', TtsTemplateContent: 'text', ...parameters })

const invalid = (parameter: string) => ({
  status: 400,
  code: 'InvalidParameter',
  message: `The specified parameter ${parameter} is invalid.`,
  reason: 'RequestParametersError',
})

test('OpenCreateTts makes a template and returns its key and name', async () => {
  const { body } = await create({ Name: 'hello', TtsTemplateContent: '您好#user1#，码#Code#' })
  const result = body.Result as Record<string, unknown>
  assert.deepEqual(Object.keys(result), ['ResourceKey', 'Name'])
  assert.match(String(result.ResourceKey), /^[0-9a-f]{32}$/)
  assert.equal(result.Name, 'hello')
  const [record] = await rig.list({ Type: 1, Keyword: result.ResourceKey })
  assert.deepEqual([record?.Name, record?.TtsTemplateContent], ['hello', '您好#user1#，码#Code#'])
  shows('volcengine-vms', 'OpenCreateTts', 'OpenCreateTts')
})

test('every OpenCreateTts makes a template of its own', async () => {
  const [first, second] = [await create({ Name: 'same' }), await create({ Name: 'same' })]
  assert.notDeepEqual(first.body.Result, second.body.Result)
  assert.equal((await rig.list({ Type: 1, Keyword: 'same' })).length, 2)
})

test('a template’s text is not blank, has no dollar-brace placeholders, and names its variables in letters and digits', async () => {
  for (const content of ['plain', '#a#', '#A1##b2#', 'x #name# y', '$5 {a}']) {
    assert.equal((await create({ TtsTemplateContent: content })).status, 200, content)
  }
  for (const content of [
    ' \t ',
    '$'.concat('{name}'),
    '#name',
    '##',
    '#名字#',
    '#a b#',
    '#a-b#',
    '#a#b#',
    7,
  ]) {
    assertError(await create({ TtsTemplateContent: content }), invalid('TtsTemplateContent'))
  }
  assertError(await create({ TtsTemplateContent: undefined }), {
    ...{ status: 400, code: 'MissingParameter', reason: 'RequestParametersError' },
    message: 'The required parameter TtsTemplateContent is missing.',
  })
  shows('volcengine-vms', 'OpenCreateTts.TtsTemplateContent')
})

test('TtsOption is JSON in a text and is kept as it is', async () => {
  const options = [
    '{"Lang":"ch","Speed":10,"Pitch":10,"Volume":10,"Loop":0,"LoopInterval":0,"VoiceType":"BV001"}',
    '{ "voice_type" : "BV001_streaming", "loop":1 }',
    '',
  ]
  for (const [number, option] of options.entries()) {
    const name = `option-${number}`
    assert.equal((await create({ Name: name, TtsOption: option })).status, 200)
    assert.equal((await rig.list({ Type: 1, Keyword: name }))[0]?.TtsOptions, option)
  }
  for (const option of ['{', '[]', 'text', '{"a":1,"a":2}', { Lang: 'ch' }]) {
    assertError(await create({ TtsOption: option }), invalid('TtsOption'))
  }
  shows('volcengine-vms', 'OpenCreateTts.TtsOption')
})

test('Type may be left out or 1', async () => {
  assert.equal((await create({})).status, 200)
  assert.equal((await create({ Type: 1 })).status, 200)
  assert.equal((await create({ Type: '1' })).status, 200)
  for (const type of [0, 2, 'one']) assertError(await create({ Type: type }), invalid('Type'))
  shows('volcengine-vms', 'OpenCreateTts.Type')
})

test('Remark has at most 255 characters', async () => {
  assert.equal((await create({ Name: 'remarked', Remark: '注'.repeat(255) })).status, 200)
  assert.equal((await rig.list({ Type: 1, Keyword: 'remarked' }))[0]?.Remark, '注'.repeat(255))
  assertError(await create({ Remark: '注'.repeat(256) }), invalid('Remark'))
  shows('volcengine-vms', 'OpenCreateTts.Remark', 'Remark')
})

test('a template is renamed, listed as usable and deleted like a file', async () => {
  const key = ((await create({ Name: 'shared' })).body.Result as Record<string, unknown>).ResourceKey
  await rig.result('OpenUpdateResource', { ResourceKey: key, Name: 'renamed' })
  const usable = await rig.result('QueryUsableResource', { Type: 1 })
  assert.ok(Array.isArray(usable))
  assert.ok(usable.some((record) => record.ResourceKey === key && record.Name === 'renamed'))
  await rig.result('OpenDeleteResource', { ResourceKey: key })
  assert.deepEqual(await rig.list({ Type: 1, Keyword: key }), [])
})

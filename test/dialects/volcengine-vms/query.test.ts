import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { approve, reject } from '../../../src/dialects/volcengine-vms/model/review.ts'
import { shows } from '../../support/shows.ts'
import { wav } from '../../support/volcengine.ts'
import { ACCOUNT, assertError, type Result, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig({ settings: { 'volcengine_vms.review': 'manual' } })
})
after(() => rig.stop())

async function decide(key: string, decision: typeof approve) {
  const { core, accounts } = rig.server.engine
  const account = accounts.byId(ACCOUNT.id)
  assert.ok(account)
  await decision(core, account, key)
}

const namesOf = (records: readonly Readonly<Record<string, unknown>>[]) => records.map(({ Name }) => Name)

test('a record has exactly the documents’ fields and types', async () => {
  const key = await rig.make('record.wav', wav(1.6))
  const [record] = await rig.list({ Type: 0, Keyword: key })
  assert.ok(record)
  const { CreateTime, ...rest } = record
  assert.deepEqual(rest, {
    ResourceKey: key,
    Name: 'record.wav',
    Suffix: '.wav',
    Duration: 2,
    State: 0,
    Type: 0,
    Remark: '',
  })
  assert.match(String(CreateTime), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  const created = Date.parse(`${String(CreateTime).replace(' ', 'T')}+08:00`)
  assert.ok(Math.abs(created - rig.clock.now()) < 60_000, 'Beijing time')
  const made = await rig.result('OpenCreateTts', { Name: 'text', TtsTemplateContent: 'a' })
  const [template] = await rig.list({ Type: 1, Keyword: made.ResourceKey })
  assert.deepEqual([template?.Suffix, template?.Type], ['', 1])
  shows(
    'volcengine-vms',
    'Records.ResourceKey',
    'Records.Name',
    'Records.Suffix',
    'Records.CreateTime',
    'Records.Type',
  )
})

test('a text template’s record has its text and options too', async () => {
  const option = '{"Lang":"ch"}'
  const { ResourceKey } = await rig.result('OpenCreateTts', {
    Name: 'template',
    TtsTemplateContent: '你好,#name#',
    Type: 1,
    TtsOption: option,
    Remark: 'note',
  })
  const [record] = await rig.list({ Type: 1, Keyword: ResourceKey })
  assert.ok(record)
  const { CreateTime: _, ...rest } = record
  assert.deepEqual(rest, {
    ResourceKey,
    Name: 'template',
    Suffix: '',
    Duration: 0,
    State: 0,
    Type: 1,
    Remark: 'note',
    TtsTemplateContent: '你好,#name#',
    TtsOptions: option,
  })
  shows('volcengine-vms', 'Records.Remark', 'Records.TtsTemplateContent', 'Records.TtsOptions')
})

test('QueryOpenGetResource pages through all states, newest first', async () => {
  const paged = await startRig({ settings: { 'volcengine_vms.review': 'manual' } })
  try {
    for (let number = 0; number < 12; number++) {
      await paged.make(`page-${number}.wav`, wav(1, number))
      paged.clock.advance(1000)
    }
    const query = (parameters = {}) => paged.result('QueryOpenGetResource', { Type: 0, ...parameters })
    const first = await query()
    assert.deepEqual([first.Total, first.Limit, first.Offset], [12, 10, 0])
    const newest = Array.from({ length: 12 }, (_, index) => `page-${11 - index}.wav`)
    assert.deepEqual(namesOf(await paged.list()), newest.slice(0, 10))
    assert.deepEqual(namesOf(await paged.list({ Type: 0, Offset: 10 })), newest.slice(10))
    const page = await query({ Limit: 3, Offset: 4 })
    assert.deepEqual([page.Total, page.Limit, page.Offset], [12, 3, 4])
    assert.deepEqual(namesOf(page.Records as Result[]), newest.slice(4, 7))
    assert.deepEqual(await query({ Offset: 100 }), { Records: [], Total: 12, Limit: 10, Offset: 100 })
    assert.equal((await paged.list({ Type: 0, Limit: 100 })).length, 12)
    shows(
      'volcengine-vms',
      'QueryOpenGetResource',
      'QueryOpenGetResource.Limit',
      'QueryOpenGetResource.Offset',
      'QueryOpenGetResource.Records',
      'QueryOpenGetResource.Total',
      'QueryOpenGetResource.Limit',
      'QueryOpenGetResource.Offset',
    )
  } finally {
    await paged.stop()
  }
})

test('QueryOpenGetResource refuses what is out of range', async () => {
  const cases = [
    ['Limit', [0, 101, -1, 1.5, 'ten', true, 1e300, '99999999999999999999', [10], { a: 1 }]],
    ['Offset', [-1, 0.5, 'x', 2 ** 53, 1e21]],
    ['State', [3, -1, 'approved']],
    ['Type', [3, -1, 'file', [0]]],
    ['Keyword', [5, ['a']]],
  ] as const
  for (const [name, values] of cases) {
    for (const value of values) {
      assertError(await rig.answer('QueryOpenGetResource', { Type: 0, [name]: value }), {
        status: 400,
        code: 'InvalidParameter',
        message: `The specified parameter ${name} is invalid.`,
        reason: 'RequestParametersError',
      })
    }
  }
  for (const Limit of [1, 100]) await rig.result('QueryOpenGetResource', { Type: 0, Limit })
  assertError(await rig.answer('QueryOpenGetResource', {}), {
    ...{ status: 400, code: 'MissingParameter', reason: 'RequestParametersError' },
    message: 'The required parameter Type is missing.',
  })
  shows('volcengine-vms', 'QueryOpenGetResource.Type', 'QueryOpenGetResource.Limit', 'RequestParametersError')
})

test('QueryOpenGetResource filters by type and state', async () => {
  const filtered = await startRig({ settings: { 'volcengine_vms.review': 'manual' } })
  try {
    const { core, accounts } = filtered.server.engine
    const account = accounts.byId(ACCOUNT.id)
    assert.ok(account)
    const keys = []
    for (const name of ['new.wav', 'good.wav', 'bad.wav']) keys.push(await filtered.make(name, wav(1)))
    await approve(core, account, keys[1] ?? '')
    await reject(core, account, keys[2] ?? '')
    await filtered.result('OpenCreateTts', { Name: 'text', TtsTemplateContent: 'a' })
    for (const [State, name] of [
      [0, 'new.wav'],
      [1, 'good.wav'],
      [2, 'bad.wav'],
    ]) {
      assert.deepEqual(namesOf(await filtered.list({ Type: 0, State })), [name])
      const { Total, Records } = await filtered.result('QueryOpenGetResource', { Type: 0, State })
      assert.deepEqual([Total, (Records as Result[])[0]?.State], [1, State])
    }
    assert.equal((await filtered.list({ Type: 0 })).length, 3)
    assert.deepEqual(namesOf(await filtered.list({ Type: 1 })), ['text'])
    assert.deepEqual(await filtered.list({ Type: 2 }), [])
    shows('volcengine-vms', 'QueryOpenGetResource.Type', 'QueryOpenGetResource.State', 'Records.State')
  } finally {
    await filtered.stop()
  }
})

test('Keyword finds a part of the name in any letter case, or a whole key', async () => {
  const key = await rig.make('Key%word_中.wav', wav(1))
  for (const Keyword of ['key%word', 'WORD_中', '中', key]) {
    assert.deepEqual(namesOf(await rig.list({ Type: 0, Keyword })), ['Key%word_中.wav'])
  }
  for (const Keyword of ['%', 'key_word', key.slice(0, 31)]) {
    const found = namesOf(await rig.list({ Type: 0, Keyword }))
    assert.deepEqual(found, Keyword === '%' ? ['Key%word_中.wav'] : [])
  }
  shows('volcengine-vms', 'QueryOpenGetResource.Keyword')
})

test('QueryUsableResource is a bare array and V2 has Records, of approved resources only', async () => {
  const approved = await rig.make('usable.wav', wav(1))
  const rejected = await rig.make('unusable.wav', wav(1))
  await decide(approved, approve)
  await decide(rejected, reject)
  const bare = await rig.result('QueryUsableResource', { Type: 0 })
  const { Records, ...others } = await rig.result('QueryUsableResourceV2', undefined, {
    method: 'GET',
    query: { Type: '0' },
  })
  assert.ok(Array.isArray(bare))
  assert.deepEqual(namesOf(bare), ['usable.wav'])
  assert.deepEqual(Records, bare)
  assert.deepEqual(others, {})
  assert.deepEqual(await rig.result('QueryUsableResource', { Type: 1 }), [])
  shows(
    'volcengine-vms',
    'QueryUsableResource',
    'QueryUsableResourceV2',
    'QueryUsableResource',
    'QueryUsableResourceV2.Records',
  )
})

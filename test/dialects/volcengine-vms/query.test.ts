import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { BUCKET } from '../../../src/dialects/volcengine-vms/model/resource.ts'
import { approve, reject } from '../../../src/dialects/volcengine-vms/model/review.ts'
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
    assert.deepEqual(namesOf(await paged.list({ Type: 0, Limit: 3, Offset: 4 })), newest.slice(4, 7))
    assert.deepEqual(await query({ Offset: 100 }), { Records: [], Total: 12, Limit: 10, Offset: 100 })
    assert.equal((await paged.list({ Type: 0, Limit: 100 })).length, 12)
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
})

test('QueryUsableResource and V2 have the resources of the type that was asked for', async () => {
  const typed = await startRig()
  try {
    await typed.make('file.wav', wav(1))
    await typed.result('OpenCreateTts', { Name: 'text', TtsTemplateContent: 'a' })
    for (const [Type, names] of [
      [0, ['file.wav']],
      [1, ['text']],
      [2, []],
    ] as const) {
      const bare = await typed.result('QueryUsableResource', { Type })
      assert.ok(Array.isArray(bare))
      assert.deepEqual(namesOf(bare), names)
      assert.deepEqual((await typed.result('QueryUsableResourceV2', { Type })).Records, bare)
    }
    for (const action of ['QueryUsableResource', 'QueryUsableResourceV2'])
      assertError(await typed.answer(action, { Type: 3 }), { status: 400, code: 'InvalidParameter' })
  } finally {
    await typed.stop()
  }
})

test('QueryUsableResource has all resources in one answer, however many there are and whoever else asks', async () => {
  const many = await startRig()
  try {
    const { core, accounts } = many.server.engine
    const account = accounts.byId(ACCOUNT.id)?.id ?? assert.fail()
    const put = (number: number) =>
      core.objects.put({
        ...{ account, bucket: BUCKET, key: `tts/${number}`, staged: null, conflict: 'fail' },
        traits: {
          ...{ name: `“${number}” 名`, kind: '1', status: '1', contentType: null, media: null },
          attributes: { suffix: '', remark: '', ttsTemplateContent: 'text', ttsOption: '' },
        },
      })
    let made = 0
    // The pieces that the answer is made of have 200 records.
    for (const count of [1, 199, 200, 201, 400, 401]) {
      for (; made < count; made++) await put(made)
      const asked = await Promise.all(
        Array.from({ length: 5 }, () => many.answer('QueryUsableResource', { Type: 1 })),
      )
      const expected = await everyRecord(many)
      assert.equal(expected.length, count)
      for (const { status, headers, bytes, body } of asked) {
        assert.deepEqual([status, headers['content-length']], [200, String(bytes.byteLength)])
        assert.deepEqual(body.Result, expected)
      }
      const { Records } = await many.result('QueryUsableResourceV2', { Type: 1 })
      assert.deepEqual(Records, expected)
    }
  } finally {
    await many.stop()
  }
})

async function everyRecord(from: Rig): Promise<readonly Result[]> {
  const records: Result[] = []
  for (;;) {
    const page = await from.list({ Type: 1, State: 1, Limit: 100, Offset: records.length })
    if (page.length === 0) return records
    records.push(...page)
  }
}

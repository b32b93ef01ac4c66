import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type AdminRig, startAdmin } from './rig.ts'

/** A line of samples, as the text format 0.0.4 has it. */
const SAMPLE =
  /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\+Inf|-Inf|NaN|[-+\d.e]+)$/

describe('metrics', () => {
  let rig: AdminRig
  before(async () => {
    rig = await startAdmin()
  })
  after(() => rig.stop())

  const samples = async (): Promise<ReadonlyMap<string, number>> => {
    const { text, headers } = await rig.ask('GET', '/metrics')
    assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
    const lines = text
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('#'))
    return new Map(
      lines.map((line) => {
        const match = SAMPLE.exec(line)
        assert.ok(match !== null, line)
        return [`${match[1]}${match[2] ?? ''}`, Number(match[3]?.replace('+Inf', 'Infinity'))]
      }),
    )
  }

  test('are text that Prometheus reads; each family says what it is before its samples', async () => {
    const { text } = await rig.ask('GET', '/metrics')
    const declared = new Set<string>()
    for (const line of text.trimEnd().split('\n')) {
      const [, name] = /^# TYPE (\S+) (?:counter|gauge|histogram)$/.exec(line) ?? []
      if (name !== undefined) {
        assert.ok(!declared.has(name), name)
        declared.add(name)
      }
      if (line.startsWith('#')) continue
      const family = (SAMPLE.exec(line)?.[1] ?? line).replace(/_(bucket|sum|count)$/, '')
      assert.ok(declared.has(family), line)
    }
  })

  test('count each request by dialect, call and status, with its bytes', async () => {
    const answer = await fetch(`${rig.server.url}/file/upload`, { method: 'POST', body: 'abc' })
    await answer.text()
    const counted = await samples()
    const requests = [...counted].filter(([name]) =>
      name.startsWith('stowage_requests_total{dialect="iflytek-ost"'),
    )
    assert.deepEqual(
      requests.map(([, value]) => value),
      [1],
    )
    assert.match(requests[0]?.[0] ?? '', new RegExp(`status="${answer.status}"`))
  })

  test('of durations: buckets only grow, and the last one has all', async () => {
    await fetch(`${rig.server.url}/healthz`)
    const counted = await samples()
    const buckets = [...counted].filter(([name]) =>
      /^stowage_request_duration_seconds_bucket\{dialect="none",call="healthz"/.test(name),
    )
    const values = buckets.map(([, value]) => value)
    assert.deepEqual(
      values,
      [...values].sort((a, b) => a - b),
    )
    const name = 'stowage_request_duration_seconds_count{dialect="none",call="healthz"}'
    assert.ok((counted.get(name) ?? 0) >= 1)
    assert.equal(values.at(-1), counted.get(name))
  })

  test('count work in the background', async () => {
    const before = await samples()
    await rig.server.jobs.runAll()
    const counted = await samples()
    const name = 'stowage_job_runs_total{task="sweep"}'
    assert.equal(counted.get(name), (before.get(name) ?? 0) + 1)
    assert.equal(counted.get('stowage_job_failures_total{task="sweep"}'), 0)
  })

  for (const file of ['alerts.yml', 'grafana.json']) {
    test(`those that deploy/${file} speaks of are there`, async () => {
      const text = readFileSync(new URL(`../../deploy/${file}`, import.meta.url), 'utf8')
      const named = new Set([...text.matchAll(/\b(?:stowage|process)_[a-z_]+[a-z]\b/g)].map(([name]) => name))
      const { text: told } = await rig.ask('GET', '/metrics')
      const there = [...told.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      )
      assert.ok(named.size > 5)
      assert.deepEqual(
        [...named].filter((name) => !there.includes(name)),
        [],
      )
    })
  }

  test('tell of wrong secrets, and whether the server is ready', async () => {
    await rig.ask('GET', '/v1/accounts', { authorization: 'Bearer wrong-wrong-wrong' })
    const counted = await samples()
    assert.equal(counted.get('stowage_wrong_secrets_total{kind="password",result="wrong"}'), 1)
    assert.equal(counted.get('stowage_ready'), 1)
    assert.equal(counted.get('stowage_check{check="metadata"}'), 0)
    assert.ok((counted.get('process_resident_memory_bytes') ?? 0) > 1e6)
  })
})

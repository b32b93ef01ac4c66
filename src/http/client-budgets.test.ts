import assert from 'node:assert/strict'
import { test } from 'node:test'
import { error, gate, type Handlers, startKit } from '../../test/support/http-kit.ts'
import { asAccountId } from '../core/ids.ts'
import { bodyStream } from './body.ts'
import type { ClientBudget } from './budgets/usage.ts'

const budget = (given: Partial<ClientBudget>): ClientBudget => ({
  ...{ requestsMax: 0, callsPerSecond: 0, bytesInPerSecond: 0, bytesOutPerSecond: 0 },
  ...given,
})
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

const HANDLERS: Handlers = {
  'GET /': () => ({ status: 200, body: 'fine' }),
  'GET /of/:account': (exchange) => {
    exchange.identified(asAccountId(exchange.params.account ?? ''))
    return { status: 200, body: 'fine' }
  },
  'POST /of/:account': async (exchange) => {
    exchange.identified(asAccountId(exchange.params.account ?? ''))
    let size = 0
    for await (const chunk of bodyStream(exchange)) size += chunk.byteLength
    return { status: 200, body: String(size) }
  },
  'GET /large/:account': (exchange) => {
    exchange.identified(asAccountId(exchange.params.account ?? ''))
    return {
      status: 200,
      body: (async function* () {
        for (let left = 8; left > 0; left -= 1) yield Buffer.alloc(1000)
      })(),
    }
  },
}

/** A clock that is put forward by hand. */
const hand = () => {
  let now = 0
  const forward = (ms: number): void => {
    now += ms
  }
  return { ticks: () => now, forward }
}

test('calls of one address are bounded, unknown paths among them; health is always told', async (t) => {
  const { ticks, forward } = hand()
  const kit = await startKit(t, HANDLERS, { address: budget({ callsPerSecond: 1 }) }, { ticks })
  for (let call = 0; call < 4; call += 1) assert.equal((await kit.ask(get('/'))).status, 200)
  assert.equal((await kit.ask(get('/nowhere'))).status, 404)
  const refused = await kit.ask(get('/'))
  assert.deepEqual([error(refused), refused.headers['retry-after']], ['throttled', '1'])
  const unknown = await kit.ask(get('/nowhere'))
  assert.deepEqual([unknown.status, unknown.headers['retry-after']], [429, '1'])
  assert.equal((await kit.ask(get('/healthz'))).status, 200)
  forward(1001)
  assert.equal((await kit.ask(get('/'))).status, 200)
})

test('calls of one account are bounded, whatever address they come from; others go on', async (t) => {
  const kit = await startKit(t, HANDLERS, { account: budget({ callsPerSecond: 1 }) }, { ticks: () => 0 })
  for (let call = 0; call < 5; call += 1) assert.equal((await kit.ask(get('/of/a'))).status, 200)
  const line = kit.nextLine()
  assert.equal(error(await kit.ask(get('/of/a'))), 'throttled')
  assert.equal((await line).throttled, 'account.calls')
  assert.equal((await kit.ask(get('/of/b'))).status, 200)
  assert.equal((await kit.ask(get('/'))).status, 200)
})

test('who asks again at once is answered later each time, and does not keep others waiting', async (t) => {
  const limits = { account: budget({ callsPerSecond: 1 }), throttledMs: 300 }
  const kit = await startKit(t, HANDLERS, limits, { ticks: () => 0 })
  for (let call = 0; call < 5; call += 1) await kit.ask(get('/of/a'))
  const order: string[] = []
  const throttled = kit.ask(get('/of/a')).then(() => order.push('throttled'))
  await kit.ask(get('/of/b')).then(() => order.push('other'))
  await throttled
  assert.deepEqual(order, ['other', 'throttled'])
})

test('of refusals of nobody’s calls more than so many a second are held back, and nothing else', async (t) => {
  const limits = { refusalsPerSecond: 2 }
  const kit = await startKit(t, HANDLERS, limits, { ticks: () => 0 })
  for (let call = 0; call < 4; call += 1) assert.equal((await kit.ask(get('/nowhere'))).status, 404)
  const order: string[] = []
  const held = kit.ask(get('/nowhere')).then(({ status }) => order.push(`${status}`))
  for (const path of ['/of/a', '/', '/healthz']) {
    assert.equal((await kit.ask(get(path))).status, 200)
    order.push(path)
  }
  await held
  assert.deepEqual(order, ['/of/a', '/', '/healthz', '404'])
})

test('requests of one address at a time are bounded', async (t) => {
  const [started, ended] = [gate(), gate()]
  const handlers: Handlers = {
    ...HANDLERS,
    'GET /work': async () => {
      started.open()
      await ended.opened
      return { status: 200, body: 'done' }
    },
  }
  const kit = await startKit(t, handlers, { address: budget({ requestsMax: 1 }) })
  const client = await kit.connect()
  client.send(get('/work'))
  await started.opened
  const line = kit.nextLine()
  assert.equal(error(await kit.ask(get('/'))), 'throttled')
  assert.equal((await line).throttled, 'address.requests')
  ended.open()
  assert.equal((await client.answer()).body, 'done')
  assert.equal((await kit.ask(get('/'))).status, 200)
})

test('bytes over an account’s budget wait, and all of them arrive', async (t) => {
  const limits = { account: budget({ bytesInPerSecond: 1_000_000 }), bodyIdleMs: 100 }
  const kit = await startKit(t, HANDLERS, limits)
  const startedAt = performance.now()
  const body = 'x'.repeat(1_800_000)
  const answer = await kit.ask(
    `POST /of/a HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  assert.equal(answer.body, '1800000')
  assert.ok(performance.now() - startedAt > 500, 'the body was held back')
})

test('bytes that an account is sent wait likewise', async (t) => {
  const kit = await startKit(t, HANDLERS, { account: budget({ bytesOutPerSecond: 5000 }) })
  const startedAt = performance.now()
  assert.equal((await kit.ask(get('/large/a'))).body.length, 8000)
  assert.ok(performance.now() - startedAt > 300, 'the answer was held back')
})

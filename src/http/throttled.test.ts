import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startKit } from '../../test/support/http-kit.ts'
import { asAccountId } from '../core/ids.ts'
import { ThrottledFault } from './faults.ts'

test('a throttled call is answered by its surface, with Retry-After in whole seconds', async (t) => {
  const kit = await startKit(t, {
    'GET /soon': () => {
      throw new ThrottledFault('account.calls', 20)
    },
    'GET /later': () => {
      throw new ThrottledFault('account.calls', 4001)
    },
  })
  const soon = await kit.ask('GET /soon HTTP/1.1\r\nHost: x\r\n\r\n')
  assert.deepEqual([soon.body, soon.headers['retry-after']], ['{"error":"throttled"}', '1'])
  const later = await kit.ask('GET /later HTTP/1.1\r\nHost: x\r\n\r\n')
  assert.equal(later.headers['retry-after'], '5')
})

test('the log names the limit that a call met, and the account that called', async (t) => {
  const kit = await startKit(t, {
    'GET /': (exchange) => {
      exchange.identified(asAccountId('2100056056'))
      throw new ThrottledFault('account.calls', 20)
    },
  })
  const line = await kit.lineOf('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  assert.deepEqual([line.account, line.error, line.throttled], ['2100056056', 'throttled', 'account.calls'])
})

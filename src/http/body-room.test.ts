import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { error, gate, type Kit, startKit } from '../../test/support/http-kit.ts'
import { readBody } from './body.ts'
import type { RoomUser } from './body-room.ts'
import { BodyRooms } from './body-rooms.ts'
import { RequestFault } from './faults.ts'
import { readMultipart } from './multipart.ts'

const NEVER = new AbortController().signal
const HOUR = 3_600_000
const neverEnds = (): void => assert.fail('no body gives way here')

const user = (who: string, more: Partial<RoomUser> = {}): RoomUser => ({
  ...{ signal: NEVER, giveWay: neverEnds, owner: () => ({ key: who, isProven: true }) },
  ...more,
})

const roomsOf = (bufferedSizeMax: number, bufferedWaitMs = HOUR): BodyRooms =>
  new BodyRooms({ bufferedSizeMax, bufferedWaitMs }, () => 0)

const isFault = (code: string) => (fault: unknown) => fault instanceof RequestFault && fault.code === code

/** A call that, once it has its body, waits until it is told to go on. */
function holding() {
  const [reached, going] = [gate(), gate()]
  const wait = () => {
    reached.open()
    return going.opened
  }
  return { reached: reached.opened, wait, goOn: going.open }
}

describe('room for bodies', () => {
  test('is taken up to its end, and given to those who wait in the order of their coming', async () => {
    const rooms = roomsOf(10)
    const order: string[] = []
    const first = rooms.open(user('a'))
    await first.take(8)
    const [second, third] = [rooms.open(user('b')), rooms.open(user('c'))]
    const waiting = [
      second.take(5).then(() => order.push('second')),
      // There would be room for it, but it came later.
      third.take(2).then(() => order.push('third')),
    ]
    await new Promise(setImmediate)
    assert.deepEqual([order, rooms.used], [[], 8])
    first.close()
    await Promise.all(waiting)
    assert.deepEqual([order, rooms.used], [['second', 'third'], 7])
    second.give(5)
    third.close()
    assert.equal(rooms.used, 0)
  })

  test('is never waited for by a body that is larger than all of it', async () => {
    const rooms = roomsOf(10)
    await assert.rejects(rooms.open(user('d')).take(11), isFault('body-too-large'))
    assert.equal(rooms.used, 0)
  })

  test('is waited for until the time is over, or the client went away', async () => {
    const rooms = roomsOf(10, 1)
    const holder = rooms.open(user('e'))
    await holder.take(10)
    holder.settle()
    await assert.rejects(rooms.open(user('f')).take(1), isFault('throttled'))
    const gone = new AbortController()
    const waiting = roomsOf(1)
    await waiting.open(user('x')).take(1)
    const left = assert.rejects(waiting.open(user('y', { signal: gone.signal })).take(1), /went away/)
    const after = waiting.open(user('x'))
    gone.abort(new Error('went away'))
    await left
    await assert.rejects(waiting.open(user('y', { signal: gone.signal })).take(1), /went away/)
    const next = after.take(1)
    assert.equal(waiting.used, 1)
    after.close()
    await assert.rejects(next, isFault('body-truncated'))
  })

  test('is never more than half of all for one, and the other half is not waited for', async () => {
    const rooms = roomsOf(10)
    const [first, second] = [rooms.open(user('greedy')), rooms.open(user('greedy'))]
    await first.take(4)
    let isIn = false
    const waiting = second.take(2).then(() => {
      isIn = true
    })
    const other = rooms.open(user('other'))
    await other.take(5)
    assert.deepEqual([isIn, rooms.used], [false, 9])
    first.close()
    await waiting
    assert.equal(rooms.used, 7)
    // One body may be more than half.
    second.close()
    other.close()
    await rooms.open(user('greedy')).take(9)
    assert.equal(rooms.used, 9)
  })

  test('is given up by a body that is slow to come while others wait', async () => {
    const rooms = roomsOf(10, 20)
    const ended: unknown[] = []
    const slow = rooms.open(user('slow', { giveWay: (fault) => void ended.push(fault) }))
    const settled = rooms.open(user('g'))
    await settled.take(4)
    settled.settle()
    await slow.take(6)
    await rooms.open(user('h')).take(6)
    assert.equal(ended.length, 1)
    assert.ok(isFault('throttled')(ended[0]))
    assert.equal(rooms.used, 10)
    slow.close()
    assert.equal(rooms.used, 10)
  })

  test('is all given back by a body that gives way while it waits for more', async () => {
    const rooms = roomsOf(10, 20)
    const slow = rooms.open(user('slow', { giveWay: () => {} }))
    await slow.take(3)
    const settled = rooms.open(user('g'))
    await settled.take(5)
    settled.settle()
    const waiting = rooms.open(user('h')).take(4)
    await Promise.all([waiting, assert.rejects(slow.take(1), isFault('throttled'))])
    assert.equal(rooms.used, 9)
  })
})

const head = (length: number, more = ''): string =>
  `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n${more}\r\n`

const startReader = (t: TestContext, handle = async () => {}, bufferedWaitMs = HOUR): Promise<Kit> =>
  startKit(
    t,
    {
      'POST /': async (exchange) => {
        const { length } = await readBody(exchange, 100)
        await handle()
        return { status: 200, body: String(length) }
      },
    },
    { bufferedSizeMax: 100, bufferedWaitMs },
  )

describe('bodies that are kept whole', () => {
  test('wait until there is room, unread', async (t) => {
    const kit = await startReader(t)
    const first = await kit.connect()
    first.send(head(60, 'Expect: 100-continue\r\n'))
    assert.equal(await first.interim(), 100)
    const second = await kit.connect()
    second.send(head(60, 'Expect: 100-continue\r\n'))
    // A round trip of a third client, so that the second one's head was looked at.
    assert.equal((await kit.ask('GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n')).status, 200)
    assert.equal(second.received, '')
    first.send('x'.repeat(60))
    assert.equal((await first.answer()).body, '60')
    assert.equal(await second.interim(), 100)
    second.send('x'.repeat(60))
    assert.equal((await second.answer()).body, '60')
  })

  test('leave their room when their client goes away', async (t) => {
    const kit = await startReader(t)
    const first = await kit.connect()
    first.send(head(100, 'Expect: 100-continue\r\n'))
    assert.equal(await first.interim(), 100)
    const second = await kit.connect()
    second.send(head(100))
    second.send('x'.repeat(100))
    first.destroy()
    assert.equal((await second.answer()).body, '100')
  })

  test('are refused for now, with the time to try again, when there is no room in time', async (t) => {
    const { reached, wait, goOn } = holding()
    const kit = await startReader(t, wait, 1)
    const first = await kit.connect()
    first.send(`${head(100)}${'x'.repeat(100)}`)
    await reached
    const second = await kit.ask(head(1, 'Expect: 100-continue\r\n'))
    assert.deepEqual([error(second), second.headers['retry-after'], second.interim], ['throttled', '1', []])
    goOn()
    assert.equal((await first.answer()).body, '100')
  })

  test('take the room of their limit where their length is not announced', async (t) => {
    const { reached, wait, goOn } = holding()
    const kit = await startReader(t, wait, 1)
    const first = await kit.connect()
    first.send('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n')
    await reached
    assert.equal(error(await kit.ask(head(1))), 'throttled')
    goOn()
    assert.equal((await first.answer()).body, '1')
  })

  test('never have more memory together than there is room, however many come at once', async (t) => {
    let [held, heldMax] = [0, 0]
    const kit = await startKit(
      t,
      {
        'POST /': async (exchange) => {
          await readBody(exchange, 12_000)
          held += exchange.room.held
          heldMax = Math.max(heldMax, held)
          await new Promise(setImmediate)
          held -= exchange.room.held
          return { status: 200, body: '' }
        },
      },
      { bufferedSizeMax: 60_000, bufferedWaitMs: HOUR, addressConnectionsMax: 0 },
    )
    const asked = Array.from({ length: 200 }, () => kit.ask(`${head(12_000)}${'x'.repeat(12_000)}`))
    const answers = await Promise.all(asked)
    assert.ok(answers.every(({ status }) => status === 200))
    assert.ok(heldMax > 0 && heldMax <= 60_000, String(heldMax))
  })

  test('count the fields of forms', async (t) => {
    const kit = await startKit(
      t,
      {
        'POST /': async (exchange) => {
          const nothing = { receiveFile: async () => null, discardFile: async () => {} }
          const { fields } = await readMultipart(exchange, { fileField: 'data', ...nothing })
          return { status: 200, body: String(fields.size) }
        },
      },
      { bufferedSizeMax: 1000 },
    )
    const form = (size: number): string => {
      const body = `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${'x'.repeat(size)}\r\n--b--\r\n`
      return `${head(body.length, 'Content-Type: multipart/form-data; boundary=b\r\n')}${body}`
    }
    assert.equal((await kit.ask(form(100))).body, '1')
    assert.equal(error(await kit.ask(form(1001))), 'body-too-large')
  })
})

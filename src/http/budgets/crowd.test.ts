import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Crowd, type CrowdLimits, type Member } from './crowd.ts'

interface Seen extends Member {
  isClosed: boolean
}

const member = (client: string | null = 'a'): Seen => ({
  client,
  isClosed: false,
  close() {
    this.isClosed = true
  },
})

const crowd = (limits: Partial<CrowdLimits>) =>
  new Crowd({
    ...{ connectionsMax: 0, addressConnectionsMax: 0, addressHandshakesMax: 0, reservedMax: 2 },
    ...limits,
  })

/** Lets so many in, each at work or not. */
function enter(
  into: Crowd,
  clients: readonly (string | null)[],
  phase: 'new' | 'idle' | 'busy' = 'new',
): Seen[] {
  return clients.map((client) => {
    const one = member(client)
    into.enter(one, 'new', 0)
    if (phase !== 'new') into.busy(one)
    if (phase === 'idle') into.wait(one, 'idle', 0)
    return one
  })
}

const closed = (members: readonly Seen[]) => members.map(({ isClosed }) => isClosed)

describe('where an address has too many connections', () => {
  test('the one goes that has waited longest for its first request', () => {
    const all = crowd({ addressConnectionsMax: 3 })
    const idle = enter(all, ['a'], 'idle')
    const fresh = enter(all, ['a', 'a'])
    const others = enter(all, ['b', 'b'])
    const [newcomer] = enter(all, ['a'])
    assert.deepEqual(closed([...idle, ...fresh, ...others]), [false, true, false, false, false])
    assert.equal(newcomer && all.beyond(newcomer), null)
  })

  test('and then one between two requests', () => {
    const all = crowd({ addressConnectionsMax: 2 })
    const busy = enter(all, ['a'], 'busy')
    const idle = enter(all, ['a'], 'idle')
    enter(all, ['a'], 'busy')
    assert.deepEqual(closed([...busy, ...idle]), [false, true])
  })

  test('and with all of them at work the newcomer is beyond the limit', () => {
    const all = crowd({ addressConnectionsMax: 1 })
    const busy = enter(all, ['a'], 'busy')
    const beyond = enter(all, ['a', 'a'])
    assert.deepEqual(
      beyond.map((one) => all.beyond(one)),
      ['address.connections', 'address.connections'],
    )
    assert.deepEqual(closed([...busy, ...beyond]), [false, false, false])
    for (const one of busy) all.leave(one)
    const [next] = enter(all, ['a'])
    assert.equal(next && all.beyond(next), null)
  })
})

describe('where there are too many connections', () => {
  test('one of the address goes that has most', () => {
    const all = crowd({ connectionsMax: 5 })
    const honest = enter(all, ['b'])
    const greedy = enter(all, ['a', 'a', 'a', 'a'])
    const newcomers = enter(all, ['c'])
    assert.deepEqual(closed([...honest, ...greedy, ...newcomers]), [false, true, false, false, false, false])
  })

  test('a proxy that others speak through keeps its own as long as there is another', () => {
    const all = crowd({ connectionsMax: 2 })
    const proxy = enter(all, [null], 'idle')
    const other = enter(all, ['a'], 'idle')
    enter(all, ['b'])
    assert.deepEqual(closed([...proxy, ...other]), [false, true])
  })

  test('and with all at work so many more are let in as the reserve has, the latest', () => {
    const all = crowd({ connectionsMax: 2 })
    enter(all, ['a', 'b'], 'busy')
    const reserved = enter(all, ['c', 'd', 'e'])
    assert.deepEqual(closed(reserved), [true, false, false])
    assert.equal(reserved[2] && all.beyond(reserved[2]), 'connections')
    assert.equal(all.count, 4)
  })
})

test('too many handshakes of one address end the oldest of them', () => {
  const all = crowd({ addressHandshakesMax: 2 })
  const securing = ['a', 'a', 'b', 'a'].map((client) => {
    const one = member(client)
    all.enter(one, 'securing', 0)
    return one
  })
  assert.deepEqual(closed(securing), [true, false, false, false])
})

test('what waits for too long is ended, and what works is not', () => {
  const all = crowd({ connectionsMax: 4 })
  const old = enter(all, ['a', 'a'])
  const idle = enter(all, ['a'], 'idle')
  const busy = enter(all, ['a'], 'busy')
  const late = member()
  all.enter(late, 'new', 50)
  all.endOld({ askedBy: 49, idleBy: -1 })
  assert.deepEqual(closed([...old, ...idle, ...busy, late]), [true, true, false, false, false])
  all.endOld({ askedBy: 50, idleBy: 0 })
  assert.deepEqual(closed([...idle, ...busy, late]), [true, false, true])
  assert.equal(all.count, 1)
})

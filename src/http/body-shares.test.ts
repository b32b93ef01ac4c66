import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BodyRoom } from './body-room.ts'
import { BodyRooms } from './body-rooms.ts'
import { ThrottledFault } from './faults.ts'

const NEVER = new AbortController().signal
const [HOUR, SIZE] = [3_600_000, 1000]

/** Rooms of 1000 bytes, on a clock that tests set. */
function rig() {
  const ticks = { ms: 0 }
  const ended: string[] = []
  const rooms = new BodyRooms({ bufferedSizeMax: SIZE, bufferedWaitMs: HOUR }, () => ticks.ms)
  const open = (key: string, isProven: boolean): BodyRoom => {
    const giveWay = (fault: unknown) => {
      assert.ok(fault instanceof ThrottledFault)
      ended.push(key)
    }
    return rooms.open(NEVER, giveWay, () => ({ key, isProven }))
  }
  /** Takes room for bodies that never come. */
  const hold = async (key: string, isProven: boolean, ...sizes: readonly number[]): Promise<void> => {
    for (const size of sizes) await open(key, isProven).take(size)
  }
  return { ticks, ended, open, hold, rooms }
}

describe('the room for bodies is shared', () => {
  test('who has little of it gets some at once from a stranger who holds it all', async () => {
    const { ticks, ended, open, hold, rooms } = rig()
    await hold('attacker', false, ...Array<number>(10).fill(100))
    ticks.ms += 1000
    for (let call = 0; call < 50; call++) {
      const room = open('honest', false)
      await room.take(40)
      room.close()
    }
    assert.deepEqual([ended, rooms.used], [['attacker'], 900])
  })

  test('of many strangers the one with most gives way', async () => {
    const { ticks, ended, open, hold } = rig()
    await hold('small', false, 50, 50, 50)
    await hold('large', false, 400, 400, 50)
    ticks.ms += 1000
    await open('honest', false).take(100)
    assert.deepEqual(ended, ['large'])
  })

  test('who has most waits, and is served after those who have less', async () => {
    const { ticks, ended, open, hold } = rig()
    const order: string[] = []
    const settled = open('large', false)
    await settled.take(200)
    settled.settle()
    await hold('large', false, 400)
    await hold('small', false, 400)
    ticks.ms += HOUR
    const largest = open('large', false)
    const waiting = [
      assert.rejects(largest.take(400), { code: 'body-truncated' }),
      open('new', false)
        .take(400)
        .then(() => order.push('new')),
    ]
    await waiting[1]
    largest.close()
    await waiting[0]
    assert.deepEqual([ended, order], [['large'], ['new']])
  })

  test('a body that came lately is let come in', async () => {
    const { ticks, ended, open, hold } = rig()
    await hold('large', false, 1000)
    ticks.ms += 999
    const waiting = open('new', false).take(1)
    await new Promise(setImmediate)
    assert.deepEqual(ended, [])
    ticks.ms += 1
    await waiting
    assert.deepEqual(ended, ['large'])
  })

  test('strangers never take from accounts what is within their half, and accounts take it from strangers', async () => {
    const { ticks, ended, open, hold } = rig()
    await hold('account', true, 500)
    await hold('attacker', false, 500)
    ticks.ms += HOUR
    const waiting = open('another attacker', false).take(100)
    await waiting
    assert.deepEqual(ended, ['attacker'])
    ticks.ms += 1000
    await open('another account', true).take(450)
    assert.deepEqual(ended, ['attacker', 'another attacker'])
  })

  test('accounts that hold more than their half give way to strangers, once they are slow', async () => {
    const { ticks, ended, open, hold } = rig()
    await hold('tenant', true, 500, 500)
    ticks.ms += 4999
    const waiting = open('honest', false).take(100)
    await new Promise(setImmediate)
    assert.deepEqual(ended, [])
    ticks.ms += 1
    await waiting
    assert.deepEqual(ended, ['tenant'])
  })
})

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
    return rooms.open({ signal: NEVER, giveWay, owner: () => ({ key, isProven }) })
  }
  /** Takes room for bodies that never come. */
  const hold = async (key: string, isProven: boolean, ...sizes: readonly number[]): Promise<void> => {
    for (const size of sizes) await open(key, isProven).take(size)
  }
  return { ticks, ended, open, hold, rooms }
}

describe('the room for bodies is shared', () => {
  test('who has little of it gets some at once from a stranger who holds all that strangers have', async () => {
    const { ticks, ended, open, hold, rooms } = rig()
    await hold('attacker', false, ...Array<number>(5).fill(100))
    ticks.ms += 1000
    for (let call = 0; call < 50; call++) {
      const room = open('honest', false)
      await room.take(40)
      room.close()
    }
    assert.deepEqual([ended, rooms.used], [['attacker'], 400])
  })

  test('of many strangers the one with most gives way', async () => {
    const { ticks, ended, open, hold } = rig()
    await hold('small', false, 50, 50, 50)
    await hold('large', false, 200, 100, 50)
    ticks.ms += 1000
    await open('honest', false).take(100)
    assert.deepEqual(ended, ['large'])
  })

  test('of those who wait, who has least is served first', async () => {
    const { ticks, ended, open, hold } = rig()
    const order: string[] = []
    const settled = open('large', false)
    await settled.take(100)
    settled.settle()
    await hold('large', false, 200)
    await hold('small', false, 200)
    ticks.ms += HOUR
    const largest = open('large', false)
    const waiting = assert.rejects(largest.take(200), { code: 'body-truncated' })
    await open('new', false)
      .take(200)
      .then(() => order.push('new'))
    largest.close()
    await waiting
    assert.deepEqual([ended, order], [['large'], ['new']])
  })

  test('a body that came lately is let come in', async () => {
    const { ticks, ended, open, hold } = rig()
    await hold('large', false, 500)
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
    await hold('account', true, 200)
    await hold('attacker', false, 800)
    ticks.ms += HOUR
    await open('another attacker', false).take(100)
    assert.deepEqual(ended, ['attacker'])
    await hold('account', true, 300)
    await hold('attacker', false, 400)
    ticks.ms += 1000
    await open('another account', true).take(100)
    assert.deepEqual(ended, ['attacker', 'attacker'])
  })

  test('accounts that hold more than their half give way to strangers, once they are slow', async () => {
    const { ticks, ended, open, hold } = rig()
    await hold('tenant', true, 500)
    await hold('another tenant', true, 400, 100)
    ticks.ms += 4999
    const waiting = open('honest', false).take(100)
    await new Promise(setImmediate)
    assert.deepEqual(ended, [])
    ticks.ms += 1
    await waiting
    assert.deepEqual(ended, ['tenant'])
  })
})

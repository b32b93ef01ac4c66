import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SteadyClock } from './steady-clock.ts'

const SECOND_MS = 1000
const HOUR_MS = 3600 * SECOND_MS
const START = 1_700_000_000_000

/** A machine whose time and ticks go as the test says. */
class Machine {
  tick = 5
  aheadMs = 0
  readonly wall = { now: () => START + this.tick + this.aheadMs }
  sleptMs = 0
  readonly clock = new SteadyClock(
    this.wall,
    () => this.tick,
    () => 10 * Math.floor((1_000_000 + this.tick + this.sleptMs) / 10),
  )

  /** So many seconds go by, with a look at the reference in each. */
  go(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      this.tick += SECOND_MS
      this.clock.follow(this.wall.now())
    }
  }

  /** How far the clock is from a time that never jumped. */
  get offMs(): number {
    return this.clock.now() - (START + this.tick)
  }
}

describe('a steady clock', () => {
  for (const hours of [5, -5, 20, -20]) {
    test(`goes on evenly while the machine's jumps by ${hours} h, and back`, () => {
      const machine = new Machine()
      for (const seconds of [4, 59]) {
        machine.aheadMs = hours * HOUR_MS
        machine.go(seconds)
        assert.equal(machine.offMs, 0)
        assert.equal(machine.clock.jumpMs, hours * HOUR_MS)
        machine.aheadMs = 0
        machine.go(1)
        assert.equal(machine.offMs, 0)
        assert.equal(machine.clock.jumpMs, null)
      }
    })
  }

  test('is not led astray by a clock that jumps back and forth', () => {
    const machine = new Machine()
    for (let turn = 0; turn < 100; turn++) {
      machine.aheadMs = (turn % 2 === 0 ? 20 : -20) * HOUR_MS
      machine.go(4)
    }
    assert.equal(machine.offMs, 0)
  })

  test('follows a clock that stays where it is for a minute', () => {
    const machine = new Machine()
    machine.aheadMs = -5 * HOUR_MS
    machine.go(60)
    assert.equal(machine.offMs, 0)
    machine.go(1)
    assert.equal(machine.offMs, -5 * HOUR_MS)
    assert.equal(machine.clock.jumpMs, null)
  })

  test('counts at once the time that the machine slept, and nothing else that its clock shows then', () => {
    const machine = new Machine()
    const sleep = (hours: number): void => {
      machine.sleptMs += hours * HOUR_MS
      machine.aheadMs += hours * HOUR_MS
    }
    machine.go(3)
    sleep(5)
    machine.go(1)
    assert.equal(machine.clock.jumpMs, null)
    assert.equal(machine.offMs, 5 * HOUR_MS)
    sleep(2)
    machine.aheadMs += HOUR_MS
    machine.go(1)
    assert.equal(machine.clock.jumpMs, HOUR_MS)
    assert.ok(Math.abs(machine.offMs - 7 * HOUR_MS) <= 10)
  })

  test('follows a clock that is slewed, and takes a first reference at once', () => {
    const machine = new Machine()
    for (let turn = 0; turn < 10; turn++) {
      machine.aheadMs += 900
      machine.go(1)
      assert.equal(machine.offMs, machine.aheadMs)
    }
    machine.clock.set(START)
    assert.equal(machine.clock.now(), START)
  })
})

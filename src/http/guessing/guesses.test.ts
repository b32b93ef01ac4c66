import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ThrottledFault } from '../faults.ts'
import { type Claim, createGuesses } from './guesses.ts'
import { LIMITS } from './limits.ts'

class WrongSecret extends Error {}

const LOGIN: Claim = { kind: 'password', name: 'ann' }
const SIGNED: Claim = { kind: 'signature', name: 'AK' }
const { pair, pairUnderAttack, name: byName, address: byAddress, tokens } = LIMITS

/** Tries from addresses, on a clock that tests set. */
function rig() {
  const clock = { timeMs: 1_800_000_000_000, now: () => clock.timeMs }
  const guesses = createGuesses({ clock })
  const notes: Readonly<Record<string, number>>[] = []
  const from = (address: string) => guesses.from(address, (note) => notes.push(note))
  /** What became of a try. */
  const attempt = (address: string, claim: Claim, isRight: boolean): 'right' | 'wrong' | number => {
    const check = () => {
      if (!isRight) throw new WrongSecret()
      return 'right' as const
    }
    try {
      return from(address).prove(claim, check, (error) => error instanceof WrongSecret)
    } catch (error) {
      if (error instanceof ThrottledFault) return error.retryAfterMs
      assert.ok(error instanceof WrongSecret)
      return 'wrong'
    }
  }
  const wrongTimes = (count: number, address: string, claim: Claim): number => {
    let looked = 0
    for (let index = 0; index < count; index++) if (attempt(address, claim, false) === 'wrong') looked += 1
    return looked
  }
  return { clock, guesses, notes, from, attempt, wrongTimes }
}

/** Wrong tries of a name by addresses that have never been right, until it is under attack. */
function attack({ wrongTimes }: ReturnType<typeof rig>, claim: Claim): void {
  for (let host = 0; host < byName[claim.kind].burst + 50; host++)
    wrongTimes(1, `10.${host >> 8}.${host & 255}.1`, claim)
}

describe('guessing', () => {
  for (const claim of [LOGIN, SIGNED]) {
    const { burst, everyMs } = pair[claim.kind]

    test(`the first ${burst} wrong tries of a ${claim.kind} are looked at, then one at a time`, () => {
      const { clock, attempt, wrongTimes } = rig()
      assert.equal(wrongTimes(5000, '192.0.2.1', claim), burst)
      const waitMs = attempt('192.0.2.1', claim, true)
      assert.equal(waitMs, everyMs)
      clock.timeMs += Number(waitMs) - 1
      assert.equal(attempt('192.0.2.1', claim, true), 1)
      clock.timeMs += 1
      assert.equal(attempt('192.0.2.1', claim, true), 'right')
    })

    test(`a place that has shown a ${claim.kind} is let through whatever others do`, () => {
      const town = rig()
      assert.equal(town.attempt('192.0.2.1', claim, true), 'right')
      attack(town, claim)
      for (let call = 0; call < 1000; call++) assert.equal(town.attempt('192.0.2.1', claim, true), 'right')
    })

    test(`the right ${claim.kind} from a new place is taken at once while others attack its name`, () => {
      const town = rig()
      attack(town, claim)
      for (let wrong = 1; wrong < pairUnderAttack[claim.kind].burst; wrong++)
        assert.equal(town.attempt('192.0.2.7', claim, false), 'wrong')
      assert.equal(town.attempt('192.0.2.7', claim, true), 'right')
      assert.equal(town.attempt('192.0.2.8', claim, true), 'right')
    })

    test(`an attacked name of a ${claim.kind} is looked at seldom for each place that is never right`, () => {
      const town = rig()
      attack(town, claim)
      const few = pairUnderAttack[claim.kind]
      assert.equal(town.wrongTimes(1000, '192.0.2.9', claim), few.burst)
      town.clock.timeMs += few.everyMs
      attack(town, claim)
      assert.equal(town.wrongTimes(1000, '192.0.2.9', claim), 1)
    })
  }

  test('who has been right is slowed by what it gets wrong itself, and by nothing of its neighbours’ names', () => {
    const { attempt, wrongTimes } = rig()
    const other: Claim = { kind: 'password', name: 'bob' }
    attempt('192.0.2.1', LOGIN, true)
    attempt('192.0.2.1', other, true)
    assert.equal(wrongTimes(100, '192.0.2.1', LOGIN), pair.password.burst)
    assert.equal(typeof attempt('192.0.2.1', LOGIN, true), 'number')
    assert.equal(attempt('192.0.2.1', other, true), 'right')
  })

  test('the addresses of one IPv6 network are one place', () => {
    const { attempt, wrongTimes } = rig()
    for (let host = 1; host <= pair.password.burst; host++) wrongTimes(1, `2001:db8::${host}`, LOGIN)
    assert.equal(typeof attempt('2001:db8::ffff', LOGIN, true), 'number')
    assert.equal(attempt('2001:db8:0:1::1', LOGIN, true), 'right')
  })

  test('one address tries so many names, and no more', () => {
    const { attempt } = rig()
    const tries = Array.from({ length: 1000 }, (_, index) =>
      attempt('192.0.2.1', { kind: 'password', name: `user ${index}` }, false),
    )
    assert.equal(tries.filter((each) => each === 'wrong').length, byAddress.password.burst)
    assert.equal(attempt('192.0.2.2', { kind: 'password', name: 'user 1' }, false), 'wrong')
  })

  test('wrong random texts are told apart from right ones, and throttled by address', () => {
    const { from, clock } = rig()
    for (let index = 0; index < tokens.burst; index++) from('192.0.2.1').wrongToken()
    assert.throws(() => from('192.0.2.1').wrongToken(), { name: 'RequestFault', code: 'throttled' })
    from('192.0.2.2').wrongToken()
    clock.timeMs += tokens.everyMs
    from('192.0.2.1').wrongToken()
  })

  test('what names nobody before it is wrong counts as a random text', () => {
    const { from, guesses } = rig()
    const wrong = () => {
      throw new WrongSecret()
    }
    const isWrong = (error: unknown) => error instanceof WrongSecret
    assert.throws(() => from('192.0.2.1').proveNamed('signature', wrong, isWrong), WrongSecret)
    assert.equal(guesses.counts.wrong.token, 1)
    const named = (name: (text: string) => void) => {
      name('AK')
      wrong()
    }
    assert.throws(() => from('192.0.2.1').proveNamed('signature', named, isWrong), WrongSecret)
    assert.equal(guesses.counts.wrong.signature, 1)
  })

  test('other errors of a check are no wrong tries', () => {
    const { from, guesses } = rig()
    for (let index = 0; index < 200; index++) {
      const late = () => {
        throw new Error('too late')
      }
      assert.throws(() => from('192.0.2.1').prove(SIGNED, late, () => false), /too late/)
    }
    assert.deepEqual(guesses.counts.wrong, { signature: 0, password: 0, token: 0 })
  })

  test('failures are noted for the log and counted', () => {
    const { notes, guesses, wrongTimes } = rig()
    wrongTimes(pair.password.burst + 5, '192.0.2.1', LOGIN)
    assert.deepEqual(notes.slice(0, 3), [{ failedLogins: 1 }, { failedLogins: 2 }, { failedLogins: 3 }])
    assert.deepEqual(guesses.counts, {
      wrong: { signature: 0, password: pair.password.burst, token: 0 },
      throttled: { signature: 0, password: 5, token: 0 },
    })
  })

  test('slow checks run a few of an address at a time, and none after the last wrong one', async () => {
    const { from } = rig()
    let [running, most, done] = [0, 0, 0]
    const tries = Array.from({ length: 90 }, () =>
      from('192.0.2.1')
        .proveSlowly(LOGIN, async () => {
          running += 1
          most = Math.max(most, running)
          await new Promise(setImmediate)
          running -= 1
          done += 1
          return false
        })
        .then(
          (isRight) => String(isRight),
          (error: unknown) => (error instanceof ThrottledFault ? 'throttled' : 'failed'),
        ),
    )
    const outcomes = await Promise.all(tries)
    assert.equal(most, LIMITS.slowByAddress)
    assert.equal(done, pair.password.burst)
    const counted = Map.groupBy(outcomes, (each) => each)
    assert.deepEqual(
      [counted.get('false')?.length, counted.get('throttled')?.length],
      [pair.password.burst, 90 - pair.password.burst],
    )
  })

  test('many right slow checks of one address all pass, and too many are told to come again', async () => {
    const { from } = rig()
    const release = Promise.withResolvers<boolean>()
    const known: boolean[] = []
    const check = (isKnown: boolean): Promise<boolean> => {
      known.push(isKnown)
      return release.promise
    }
    const waiting = Array.from({ length: LIMITS.slowByAddress + LIMITS.waitingByAddress }, () =>
      from('192.0.2.1').proveSlowly(LOGIN, check),
    )
    await assert.rejects(from('192.0.2.1').proveSlowly(LOGIN, check), { code: 'throttled' })
    const elsewhere = from('192.0.2.2').proveSlowly(LOGIN, check)
    release.resolve(true)
    assert.ok((await Promise.all([...waiting, elsewhere])).every((isRight) => isRight))
    assert.deepEqual([known[0], known.at(-1)], [false, true])
  })
})

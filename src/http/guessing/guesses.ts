import type { Clock } from '../../core/clock.ts'
import { ThrottledFault } from '../faults.ts'
import { createKnownPlaces } from './known-places.ts'
import { LIMITS, type SecretKind } from './limits.ts'
import { netOf } from './net.ts'
import { createTurns } from './turns.ts'
import { createWrongTries, type Tried } from './wrong-tries.ts'

/** What somebody tries to prove by a secret. */
export interface Claim {
  readonly kind: SecretKind
  /** Whose secret it is, as the request says: an access key, a user with its domain. It may name nobody. */
  readonly name: string
}

/** How many tries failed, or were not let try, since the process started. For metrics. */
export interface GuessCounts {
  readonly wrong: Readonly<Record<SecretKind | 'token', number>>
  readonly throttled: Readonly<Record<SecretKind | 'token', number>>
}

/** Slows down who tries secrets out, whichever surface they come to. */
export interface Guesses {
  /** For one request. `note` adds to its line of the log. */
  from(address: string, note: (notes: Readonly<Record<string, number>>) => void): GuessGate
  readonly counts: GuessCounts
}

/**
 * Checks of secrets for one request. After too many wrong ones no further is looked at for a time, right or wrong: that is a
 * `throttled` fault. A place that has shown the right secret of a name is slowed by its own failures alone.
 */
export interface GuessGate {
  /** Throws where the claim would not be looked at now. */
  require(claim: Claim): void
  /** What `check` returns. `isWrong` says which errors mean a wrong secret; they go on to the caller, counted. */
  prove<T>(claim: Claim, check: () => T, isWrong: (error: unknown) => boolean): T
  /**
   * As `prove`, where only the check itself learns by what name the secret goes: it says so before it looks at the secret. What is wrong without a
   * name is a random text.
   */
  proveNamed<T>(
    kind: SecretKind,
    check: (named: (name: string) => void) => T,
    isWrong: (error: unknown) => boolean,
  ): T
  /** As `prove`, for checks that take long: no more of them run at a time than the client may fail. True is right, false wrong. */
  proveSlowly(claim: Claim, check: (isKnownPlace: boolean) => Promise<boolean>): Promise<boolean>
  /** The right secret of the claim was shown. */
  right(claim: Claim): void
  wrong(claim: Claim): void
  /**
   * A random text that nobody can guess was wrong, such as an access token. It names nobody, so that it counts by address alone, and a right
   * one is never refused. Throws where there were too many.
   */
  wrongToken(): void
}

export function createGuesses({ clock }: { readonly clock: Clock }): Guesses {
  const tries = createWrongTries(clock)
  const places = createKnownPlaces(clock)
  const turns = createTurns()
  const counts = { wrong: { ...NONE }, throttled: { ...NONE } }

  function gate(net: string, note: (notes: Readonly<Record<string, number>>) => void): GuessGate {
    const triedBy = ({ kind, name }: Claim): Tried => ({
      kind,
      name,
      net,
      isKnown: places.has(kind, name, net),
    })
    const refuse = (kind: SecretKind | 'token', retryAfterMs: number): never => {
      counts.throttled[kind] += 1
      throw new ThrottledFault(LIMIT_NAMES[kind], retryAfterMs)
    }
    const require = (claim: Claim): void => {
      const waitMs = tries.waitMs(triedBy(claim))
      if (waitMs > 0) refuse(claim.kind, waitMs)
    }
    const right = ({ kind, name }: Claim): void => places.add(kind, name, net)
    const wrong = (claim: Claim): void => {
      counts.wrong[claim.kind] += 1
      note({ failedLogins: tries.count(triedBy(claim)) })
    }
    const wrongToken = (): void => {
      counts.wrong.token += 1
      const waitMs = tries.countToken(net)
      note({ failedLogins: 1 })
      if (waitMs > 0) refuse('token', waitMs)
    }
    const proveNamed: GuessGate['proveNamed'] = (kind, check, isWrong) => {
      let claim: Claim | null = null
      const named = (name: string): void => {
        claim = { kind, name }
        require(claim)
      }
      const settle = (tell: (claim: Claim) => void, orElse: () => void): void =>
        claim === null ? orElse() : tell(claim)
      try {
        const shown = check(named)
        settle(right, () => {})
        return shown
      } catch (error) {
        if (isWrong(error)) settle(wrong, wrongToken)
        throw error
      }
    }
    return {
      ...{ require, right, wrong, wrongToken, proveNamed },
      prove: (claim, check, isWrong) =>
        proveNamed(
          claim.kind,
          (named) => {
            named(claim.name)
            return check()
          },
          isWrong,
        ),
      proveSlowly: (claim, check) =>
        turns.take(
          { net, key: `${claim.kind}\n${claim.name}` },
          {
            most: () => tries.left(triedBy(claim)),
            onFull: () => refuse(claim.kind, LIMITS.fullRetryMs),
          },
          async () => {
            require(claim)
            const isRight = await check(triedBy(claim).isKnown)
            if (isRight) right(claim)
            else wrong(claim)
            return isRight
          },
        ),
    }
  }
  return { counts, from: (address, note) => gate(netOf(address), note) }
}

const NONE: Readonly<Record<SecretKind | 'token', number>> = { signature: 0, password: 0, token: 0 }

const LIMIT_NAMES: Readonly<Record<SecretKind | 'token', string>> = {
  signature: 'guesses.signature',
  password: 'guesses.password',
  token: 'guesses.token',
}

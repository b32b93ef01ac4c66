import type { Clock } from '../../core/clock.ts'
import { clientOf } from '../budgets/addresses.ts'
import { ThrottledFault } from '../faults.ts'
import { createKnownPlaces, type KnownPlaces } from './known-places.ts'
import { LIMITS, type SecretKind } from './limits.ts'
import { createTurns, type Turns } from './turns.ts'
import { createWrongTries, type Tried, type WrongTries } from './wrong-tries.ts'

/** What somebody tries to prove by a secret. */
export interface Claim {
  readonly kind: SecretKind
  /** Whose secret it is, as the request says: an access key, a user with its domain. It may name nobody. */
  readonly name: string
}

type Counted = SecretKind | 'token'

/** How many tries failed, or were not let try, since the process started. For metrics. */
export interface GuessCounts {
  readonly wrong: Readonly<Record<Counted, number>>
  readonly throttled: Readonly<Record<Counted, number>>
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
   * As `prove`, where only the check itself learns by what name the secret goes: it says so before it looks at the secret. What is wrong
   * without a name is a random text.
   */
  proveNamed<T>(
    kind: SecretKind,
    check: (named: (name: string) => void) => T,
    isWrong: (error: unknown) => boolean,
  ): T
  /** For checks that take long: no more of them run at a time than the client may fail. True is right, false wrong. */
  proveSlowly(claim: Claim, check: (isKnownPlace: boolean) => Promise<boolean>): Promise<boolean>
  /**
   * A random text that nobody can guess was wrong, such as an access token. It names nobody, so that it counts by address alone, and a
   * right one is never refused. Throws where there were too many.
   */
  wrongToken(): void
}

export function createGuesses({ clock }: { readonly clock: Clock }): Guesses {
  const counts = { wrong: { ...NONE }, throttled: { ...NONE } }
  const kept: Kept = {
    ...{ tries: createWrongTries(clock), places: createKnownPlaces(clock), turns: createTurns(), counts },
  }
  return { counts, from: (address, note) => new Gate(kept, clientOf(address), note) }
}

const NONE: Readonly<Record<Counted, number>> = { signature: 0, password: 0, token: 0 }

interface Kept {
  readonly tries: WrongTries
  readonly places: KnownPlaces
  readonly turns: Turns
  readonly counts: Readonly<Record<keyof GuessCounts, Record<Counted, number>>>
}

class Gate implements GuessGate {
  readonly #kept: Kept
  readonly #net: string
  readonly #note: (notes: Readonly<Record<string, number>>) => void

  constructor(kept: Kept, net: string, note: (notes: Readonly<Record<string, number>>) => void) {
    this.#kept = kept
    this.#net = net
    this.#note = note
  }

  require(claim: Claim): void {
    const waitMs = this.#kept.tries.waitMs(this.#triedBy(claim))
    if (waitMs > 0) this.#refuse(claim.kind, waitMs)
  }

  prove<T>(claim: Claim, check: () => T, isWrong: (error: unknown) => boolean): T {
    const named = (name: (text: string) => void): T => {
      name(claim.name)
      return check()
    }
    return this.proveNamed(claim.kind, named, isWrong)
  }

  proveNamed<T>(
    kind: SecretKind,
    check: (named: (name: string) => void) => T,
    isWrong: (error: unknown) => boolean,
  ): T {
    let names: readonly string[] = []
    try {
      const shown = check((name) => {
        names = [name]
        this.require({ kind, name })
      })
      for (const name of names) this.#right({ kind, name })
      return shown
    } catch (error) {
      if (isWrong(error)) {
        for (const name of names) this.#wrong({ kind, name })
        if (names.length === 0) this.wrongToken()
      }
      throw error
    }
  }

  proveSlowly(claim: Claim, check: (isKnownPlace: boolean) => Promise<boolean>): Promise<boolean> {
    const { tries, turns } = this.#kept
    const rules = {
      most: () => tries.left(this.#triedBy(claim)),
      onFull: () => this.#refuse(claim.kind, LIMITS.fullRetryMs),
    }
    return turns.take({ net: this.#net, key: `${claim.kind}\n${claim.name}` }, rules, async () => {
      this.require(claim)
      const isRight = await check(this.#triedBy(claim).isKnown)
      if (isRight) this.#right(claim)
      else this.#wrong(claim)
      return isRight
    })
  }

  wrongToken(): void {
    const { tries, counts } = this.#kept
    counts.wrong.token += 1
    this.#note({ failedLogins: 1 })
    const waitMs = tries.countToken(this.#net)
    if (waitMs > 0) this.#refuse('token', waitMs)
  }

  #triedBy({ kind, name }: Claim): Tried {
    const net = this.#net
    return { kind, name, net, isKnown: this.#kept.places.has(kind, name, net) }
  }

  #right({ kind, name }: Claim): void {
    this.#kept.places.add(kind, name, this.#net)
  }

  #wrong(claim: Claim): void {
    const { tries, counts } = this.#kept
    counts.wrong[claim.kind] += 1
    this.#note({ failedLogins: tries.count(this.#triedBy(claim)) })
  }

  #refuse(kind: Counted, retryAfterMs: number): never {
    this.#kept.counts.throttled[kind] += 1
    throw new ThrottledFault(`guesses.${kind}`, retryAfterMs)
  }
}

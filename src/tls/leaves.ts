import type { TimeMs } from '../core/clock.ts'
import type { Certificate } from '../http/tls.ts'
import { type Authority, type AuthorityOptions, EARLIER_MS } from './authority.ts'

const DAY_MS = 24 * 3600 * 1000
const LIFE_MS = 90 * DAY_MS
/** What is left of its life when a certificate is replaced. */
const RENEWED_MS = 30 * DAY_MS

/** A certificate of the local authority, and when it is of use. */
export interface Leaf {
  readonly certificate: Certificate
  readonly from: TimeMs
  readonly to: TimeMs
}

/** Makes certificates of an authority. */
export class Leaves {
  readonly #authority: Authority
  readonly #options: AuthorityOptions

  constructor(authority: Authority, options: AuthorityOptions) {
    this.#authority = authority
    this.#options = options
  }

  async make(names: readonly string[]): Promise<Leaf> {
    const { makeLeaf } = await import('./x509.ts')
    const now = this.#options.clock.now()
    const term = { from: now - EARLIER_MS, to: now + LIFE_MS }
    const { certificate: authority } = this.#authority
    return { certificate: await makeLeaf(authority, names, this.#options.random, term), ...term }
  }

  /** Whether it should be replaced. A clock that went back makes it one of the future. */
  isDue({ from, to }: Leaf): boolean {
    const now = this.#options.clock.now()
    return now > to - RENEWED_MS || now < from
  }
}

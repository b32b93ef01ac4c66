import { randomBytes } from 'node:crypto'
import type { Certificate } from '../../src/http/tls.ts'
import { makeAuthority, makeLeaf } from '../../src/tls/x509.ts'

const DAY_MS = 24 * 3600 * 1000
const random = { bytes: (count: number) => randomBytes(count) }

/** An authority of the tests' own, and certificates of it, that are of use today. */
export interface TestAuthority {
  /** What clients trust. */
  readonly pem: string
  issue(names: readonly string[]): Promise<Certificate>
}

export async function newAuthority(): Promise<TestAuthority> {
  const term = { from: Date.now() - DAY_MS, to: Date.now() + DAY_MS }
  const authority = await makeAuthority(random, term)
  return { pem: authority.chain, issue: (names) => makeLeaf(authority, names, random, term) }
}

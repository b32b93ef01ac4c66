import { createHash, scrypt, timingSafeEqual } from 'node:crypto'
import { CoreError } from './errors.ts'
import { putLatest } from './latest.ts'
import type { Random } from './random.ts'

/** How a password is kept: in plain, as a configuration file may have it, or as a hash that `hashPassword` made. */
export interface Password {
  readonly kept: 'plain' | 'scrypt'
  readonly text: string
}

/** A password as somebody writes it. */
export const plainPassword = (text: string): Password => ({ kept: 'plain', text })

/** A password that is kept as a hash; null for text that is none. */
export const hashedPassword = (text: string): Password | null =>
  parseHash(text) === null ? null : { kept: 'scrypt', text }

/** 2 to the power of the first is scrypt's N: 32 MiB and about a tenth of a second. */
const COST = { log2N: 15, r: 8, p: 1 }
/** Most that a text may ask for. */
const COST_MAX = { log2N: 18, r: 16, p: 16 }
const SALT_SIZE = 16
const HASH_SIZE = 32
const BLOCK_SIZE = 128

/** Hashes at a time: logins leave the machine to others. */
const HASHES_MAX = 1
/** Callers that wait for these, of either sort; more are told to come again. */
const WAITING_MAX = 100

interface Hash {
  readonly log2N: number
  readonly r: number
  readonly p: number
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

/** What a login without a hash is compared with in vain. */
const NOBODY: Hash = { ...COST, salt: new Uint8Array(SALT_SIZE), hash: new Uint8Array(HASH_SIZE) }

/** A hash of the password, with all that is needed to check it. Errors: `unavailable` while very many wait. */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = random.bytes(SALT_SIZE)
  const hash = await derive(password, { ...COST, salt })
  return `$scrypt$ln=${COST.log2N},r=${COST.r},p=${COST.p}$${base64(salt)}$${base64(hash)}`
}

/**
 * Whether `given` is the password. Null stands for that of nobody: it is never right. However a password is kept, and whether
 * there is one, it takes as long to tell what is wrong, so that time tells nothing about who is there. What is right is told at once where that
 * is known: of a password in plain, and of one that was right before. So its owner gets in however many try others. Of the rest, who `goesFirst`
 * waits for others like it alone. Errors: `unavailable` while very many wait.
 */
export async function isPassword(
  password: Password | null,
  given: string,
  { goesFirst = false }: { readonly goesFirst?: boolean } = {},
): Promise<boolean> {
  if (isKnownRight(password, given)) return true
  const kept = password?.kept === 'scrypt' ? parseHash(password.text) : null
  const { hash, ...parameters } = kept ?? NOBODY
  const derived = await derive(given, parameters, goesFirst)
  // What is plain was looked at already.
  if (password === null || kept === null || !timingSafeEqual(derived, hash)) return false
  putLatest(shown, password.text, sha256(given), SHOWN_MAX)
  return true
}

/** Of hashes that a right password was shown for since the process began: its SHA-256. It is nowhere but in memory. */
const shown = new Map<string, Buffer>()
const SHOWN_MAX = 10_000

function isKnownRight(password: Password | null, given: string): boolean {
  const known = password?.kept === 'plain' ? sha256(password.text) : shown.get(password?.text ?? '')
  return timingSafeEqual(sha256(given), known ?? sha256('')) && known !== undefined
}

/** A secret text that changes when the password does: what was made for its owner may depend on it. */
export const passwordVersion = ({ text }: Password): string => text

const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

function parseHash(text: string): Hash | null {
  const [, ln, r, p, salt = '', hash = ''] = FORM.exec(text) ?? []
  const cost = { log2N: Number(ln), r: Number(r), p: Number(p) }
  const isKnown = (['log2N', 'r', 'p'] as const).every(
    (name) => cost[name] > 0 && cost[name] <= COST_MAX[name],
  )
  return isKnown ? { ...cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') } : null
}

let running = 0
type Waiting = (() => void)[]
const first: Waiting = []
const others: Waiting = []

/** Off the main thread; a few at a time, in the order they came. */
async function derive(
  password: string,
  { log2N, r, p, salt }: Omit<Hash, 'hash'>,
  goesFirst = false,
): Promise<Buffer> {
  const waiting = goesFirst ? first : others
  if (running >= HASHES_MAX) {
    if (waiting.length >= WAITING_MAX)
      throw new CoreError('unavailable', 'very many passwords are being checked')
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running += 1
  const N = 2 ** log2N
  const options = { N, r, p, maxmem: BLOCK_SIZE * r * (N + p) + 2 ** 20 }
  try {
    return await new Promise((resolve, reject) =>
      scrypt(password, salt, HASH_SIZE, options, (error, key) => (error ? reject(error) : resolve(key))),
    )
  } finally {
    const next = first.shift() ?? others.shift()
    if (next === undefined) running -= 1
    else next()
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

import type { Accounts, FoundKey, KeyPair } from '../../../core/accounts.ts'
import type { TimeMs } from '../../../core/clock.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import { may } from '../../../core/rules/rights.ts'
import { equalsConstantTime, hmacSha256 } from '../../../http/canonical.ts'
import type { GuessGate } from '../../../http/guessing/guesses.ts'
import { parseJsonObject } from '../../../http/json.ts'
import { ResumableError } from '../errors.ts'

/** What an upload ticket allows. An account's server makes it for somebody who has no key. */
export interface Ticket {
  readonly bucket: string
  /** The very key of the object; or what its key begins with. */
  readonly target: { readonly key: string } | { readonly prefix: string }
  /** Most bytes of one upload; null for no limit of the ticket's. */
  readonly sizeMax: number | null
  /** Media types: `image/png`, or `image/*`; null for all. */
  readonly types: readonly string[] | null
  /** Until when uploads may begin. */
  readonly endsAt: TimeMs
}

export interface CheckedTicket extends FoundKey {
  readonly ticket: Ticket
}

/** A ticket is `access key . base64url of JSON . base64url of the HMAC-SHA256 of the text before it`, keyed by the secret key. */
export function signTicket({ accessKey, secretKey }: KeyPair, ticket: Ticket): string {
  const facts = {
    ...{ bucket: ticket.bucket, ...ticket.target, ends: Math.floor(ticket.endsAt / 1000) },
    ...(ticket.sizeMax === null ? {} : { size_max: ticket.sizeMax }),
    ...(ticket.types === null ? {} : { types: ticket.types }),
  }
  const text = `${accessKey}.${Buffer.from(JSON.stringify(facts)).toString('base64url')}`
  return `${text}.${signatureOf(secretKey, text)}`
}

const signatureOf = (secretKey: string, text: string): string =>
  hmacSha256(secretKey, text).toString('base64url')

/**
 * Checks who made a ticket, that its time is not over, and that the key may write where it leads. Errors: 401 for no ticket, and one
 * that is not right; 403 for one that is over, or whose key may not do this.
 */
export function checkTicket(
  text: string,
  accounts: Accounts,
  { guesses, now }: { readonly guesses: GuessGate; readonly now: TimeMs },
): CheckedTicket {
  const [, signed = '', accessKey = '', encoded = '', signature = ''] =
    /^(([^.]+)\.([\w-]+))\.([\w-]+)$/.exec(text) ?? []
  const find = (): FoundKey => {
    const found = accounts.byAccessKey(accessKey)
    const isRight = equalsConstantTime(signatureOf(found?.key.secretKey ?? '', signed), signature)
    if (found === null || !isRight) throw unauthorized('the ticket is not signed by a key that is known here')
    return found
  }
  const isWrong = (error: unknown) => error instanceof ResumableError
  const found = guesses.prove({ kind: 'signature', name: accessKey }, find, isWrong)
  const ticket = readTicket(Buffer.from(encoded, 'base64url'))
  if (now >= ticket.endsAt) throw new ResumableError(403, 'the time of the ticket is over')
  const reach = 'key' in ticket.target ? ticket.target.key : ticket.target.prefix
  if (!may(found.key.rights, 'write', { bucket: ticket.bucket, key: reach }))
    throw new ResumableError(403, 'the key that made the ticket may not write there')
  return { ...found, ticket }
}

export const unauthorized = (message: string): ResumableError =>
  new ResumableError(401, message, { 'www-authenticate': 'Bearer realm="uploads"' })

function readTicket(bytes: Uint8Array): Ticket {
  const facts = factsOf(bytes)
  const { bucket, key, prefix, size_max: sizeMax = null, types = null, ends, ...rest } = facts
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw new ResumableError(400, `the ticket says ${unknown}, which is not known`)
  const target =
    typeof key === 'string' && key !== '' ? { key } : typeof prefix === 'string' ? { prefix } : null
  if (target === null || (key !== undefined && prefix !== undefined))
    throw new ResumableError(400, 'the ticket needs a key or a prefix')
  if (typeof bucket !== 'string') throw new ResumableError(400, 'the ticket needs a bucket')
  if (typeof ends !== 'number')
    throw new ResumableError(400, 'the ticket needs an end, in seconds since 1970')
  if (sizeMax !== null && !(typeof sizeMax === 'number' && Number.isSafeInteger(sizeMax) && sizeMax >= 0))
    throw new ResumableError(400, 'size_max is a number of bytes')
  if (types !== null && !isTexts(types)) throw new ResumableError(400, 'types is a list of media types')
  return { bucket, target, sizeMax, types, endsAt: ends * 1000 }
}

function factsOf(bytes: Uint8Array): JsonObject {
  try {
    return parseJsonObject(bytes)
  } catch {
    throw new ResumableError(400, 'the ticket holds no JSON object')
  }
}

const isTexts = (value: Json): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string')

import type { Accounts, FoundKey, KeyPair } from '../../../core/accounts.ts'
import type { TimeMs } from '../../../core/clock.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import { may } from '../../../core/rules/rights.ts'
import { equalsConstantTime, hmacSha256 } from '../../../http/canonical.ts'
import type { GuessGate } from '../../../http/guessing/guesses.ts'
import { parseJsonObject } from '../../../http/json.ts'
import { isObject } from '../../../http/json-shapes.ts'
import { ResumableError } from '../errors.ts'

/** What an upload ticket allows. An account's server makes it for somebody who has no key. */
export interface Ticket {
  readonly bucket: string
  /** The very key of the object; or what its key begins with; or what the bucket's own calls name an upload by that they began. */
  readonly target: { readonly key: string } | { readonly prefix: string } | { readonly upload: string }
  /** Most bytes of one upload; null for no limit of the ticket's. */
  readonly sizeMax: number | null
  /** Media types: `image/png`, or `image/*`; null for all. */
  readonly types: readonly string[] | null
  /** Until when uploads may begin. */
  readonly endsAt: TimeMs
  /**
   * Whether the last byte is also the last call of the bucket's dialect: a confirm, a commit. Default: where the ticket names no upload
   * of that dialect, which then ends it.
   */
  readonly isConfirming?: boolean
  /** What the first call of the bucket's dialect could be told, by the names of its fields. */
  readonly fields?: JsonObject
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
    ...(ticket.isConfirming === undefined ? {} : { confirm: ticket.isConfirming }),
    ...(ticket.fields === undefined ? {} : { fields: ticket.fields }),
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
  if (!may(found.key.rights, 'write', { bucket: ticket.bucket, key: reachOf(ticket.target) }))
    throw new ResumableError(403, 'the key that made the ticket may not write there')
  return { ...found, ticket }
}

export const unauthorized = (message: string): ResumableError =>
  new ResumableError(401, message, { 'www-authenticate': 'Bearer realm="uploads"' })

/** Whoever may name any upload of a bucket may write all of it. */
export const reachOf = (target: Ticket['target']): string =>
  'key' in target ? target.key : 'prefix' in target ? target.prefix : ''

function readTicket(bytes: Uint8Array): Ticket {
  const facts = factsOf(bytes)
  const {
    bucket,
    key,
    prefix,
    upload,
    size_max: sizeMax = null,
    types = null,
    ends,
    confirm,
    fields,
    ...rest
  } = facts
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw wrong(`the ticket says ${unknown}, which is not known`)
  if (typeof bucket !== 'string') throw wrong('the ticket needs a bucket')
  if (typeof ends !== 'number') throw wrong('the ticket needs an end, in seconds since 1970')
  if (sizeMax !== null && !(typeof sizeMax === 'number' && Number.isSafeInteger(sizeMax) && sizeMax >= 0))
    throw wrong('size_max is a number of bytes')
  if (types !== null && !isTexts(types)) throw wrong('types is a list of media types')
  if (confirm !== undefined && typeof confirm !== 'boolean') throw wrong('confirm is true or false')
  if (fields !== undefined && !isObject(fields)) throw wrong('fields is an object')
  return {
    ...{ bucket, target: readTarget({ key, prefix, upload }), sizeMax, types, endsAt: ends * 1000 },
    ...(confirm === undefined ? {} : { isConfirming: confirm }),
    ...(fields === undefined ? {} : { fields }),
  }
}

function readTarget({ key, prefix, upload }: Readonly<Record<string, Json | undefined>>): Ticket['target'] {
  const named = [key, prefix, upload].filter((each) => each !== undefined)
  if (named.length === 1) {
    if (typeof key === 'string' && key !== '') return { key }
    if (typeof prefix === 'string') return { prefix }
    if (typeof upload === 'string' && upload !== '') return { upload }
  }
  throw wrong('the ticket needs a key, a prefix or an upload')
}

const wrong = (message: string): ResumableError => new ResumableError(400, message)

function factsOf(bytes: Uint8Array): JsonObject {
  try {
    return parseJsonObject(bytes)
  } catch {
    throw wrong('the ticket holds no JSON object')
  }
}

const isTexts = (value: Json): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string')

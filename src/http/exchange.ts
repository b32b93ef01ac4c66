import type { IncomingMessage } from 'node:http'
import type { TimeMs } from '../core/clock.ts'
import type { AccountId } from '../core/ids.ts'
import { parsePairs } from './body.ts'
import type { BodyRoom } from './body-room.ts'
import type { GuessGate } from './guessing/guesses.ts'
import type { Exchange } from './types.ts'

/** A request's target as received, without a scheme and host (RFC 9112 §3.2.2 lets clients send them). */
export interface Target {
  readonly rawPath: string
  readonly rawQuery: string
}

const ORIGIN = /^https?:\/\/[^/?#]*/i

export function splitTarget(url: string): Target {
  const target = url.replace(ORIGIN, '')
  const at = target.indexOf('?')
  const rawPath = at === -1 ? target : target.slice(0, at)
  return { rawPath: rawPath === '' ? '/' : rawPath, rawQuery: at === -1 ? '' : target.slice(at + 1) }
}

/** Whether the path is percent-encoded UTF-8 and nothing else. */
export function isDecodable(rawPath: string): boolean {
  if (rawPath.includes('#')) return false
  try {
    decodeURIComponent(rawPath)
    return true
  } catch {
    return false
  }
}

/** Makes a path decodable that is not, so that the router finds whose it is. */
export const withoutEscapes = (rawPath: string): string =>
  rawPath.replaceAll('%', '%25').replaceAll('#', '%23')

export interface ExchangeParts extends Target {
  readonly request: IncomingMessage
  readonly requestId: string
  readonly params: Exchange['params']
  readonly receivedAt: TimeMs
  readonly signal: AbortSignal
  readonly remoteAddress: string
  isDraining(): boolean
  guessesFrom(address: string): GuessGate
  readonly room: BodyRoom
  admitBody(): void
  identified(account: AccountId): void
  inform(status: number, headers: Readonly<Record<string, string>>): void
  note(notes: Readonly<Record<string, string | number | boolean>>): void
}

/** Puts an exchange together. A query that cannot be decoded comes out empty, and as the error beside it. */
export function createExchange(parts: ExchangeParts): {
  readonly exchange: Exchange
  readonly error: unknown
} {
  const { request, isDraining, guessesFrom, ...rest } = parts
  let guesses: GuessGate | null = null
  const { query, error } = readQuery(parts.rawQuery)
  const exchange: Exchange = {
    ...rest,
    request,
    query,
    method: request.method ?? '',
    host: request.headers.host ?? '',
    get guesses() {
      guesses ??= guessesFrom(parts.remoteAddress)
      return guesses
    },
    get draining() {
      return isDraining()
    },
  }
  return { exchange, error }
}

function readQuery(rawQuery: string): { readonly query: Exchange['query']; readonly error: unknown } {
  try {
    return { query: parsePairs(rawQuery), error: null }
  } catch (error) {
    return { query: [], error }
  }
}

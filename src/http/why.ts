import type { TimeMs } from '../core/clock.ts'

/** Why a request was refused, in more words than its client and the log are told. Never secrets. */
export interface Why {
  /** What the server signed, as the vendor's page says. The client's text differs somewhere. */
  readonly signed?: readonly SignedText[]
  readonly times?: Times
}

/** One of the texts that a signature is made of. */
export interface SignedText {
  /** `the canonical request`, in the words of the vendor's page. */
  readonly what: string
  readonly text: string
}

/** The arithmetic of a time that was too early or too late. */
export interface Times {
  /** What the request says; null where that cannot be read. */
  readonly given: TimeMs | null
  readonly now: TimeMs
  /** What the server takes at that moment: from and until, both included. */
  readonly from: TimeMs
  readonly until: TimeMs
}

/** Tells why; asked for where somebody keeps it. */
export type TellWhy = () => Why

const reasons = new WeakMap<Error, TellWhy>()

/** Adds to an error what whoever asks why is told. Returns the error, to be thrown. */
export function because<E extends Error>(error: E, tell: TellWhy): E {
  reasons.set(error, tell)
  return error
}

/** What was added to whatever was thrown; null for nothing. */
export const whyOf = (error: unknown): TellWhy | null =>
  error instanceof Error ? (reasons.get(error) ?? null) : null

/** A time that has to be near the server's own. */
export const around = (given: TimeMs | null, now: TimeMs, skewMs: number): Times => ({
  ...{ given, now, from: now - skewMs, until: now + skewMs },
})

/** Values of headers and parameters that are secrets of their own. */
const SECRETS = /((?:security-token|x-auth-token|access_token|signature)["']?[=:]\s*)[^&\n"']+/gi

/** A text that was signed, without the secrets in it. */
export const signedText = (what: string, text: string): SignedText => ({
  what,
  text: text.replace(SECRETS, '$1***').slice(0, TEXT_LENGTH_MAX),
})

/** As long as a text is kept: what differs stands at its beginning mostly. */
const TEXT_LENGTH_MAX = 8192

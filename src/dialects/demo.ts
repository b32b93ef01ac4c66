import type { Account } from '../core/accounts.ts'

/** What a newcomer is told and shown of a dialect. */
export interface DialectDemo {
  /** Whose access and secret keys the account's key pairs are, in a word: null where its callers do not use them. */
  readonly keysOf: string | null
  /** What the welcome text says of an account besides its keys. */
  rows(account: Account): readonly WelcomeRow[]
  /** A command to try; null where there is none. It reads secrets from the demo account's `file`, so that none is shown. */
  tryOut(publicUrl: string, account: Account, file: string): TryOut | null
  /** Its part of `npm run demo`, loaded when it is wanted: it may use the vendor's own clients. Null where there is none. */
  readonly load: (() => Promise<Demonstration>) | null
}

export interface WelcomeRow {
  readonly label: string
  readonly value: string
  readonly note?: string
  /** Shown on a terminal alone. */
  readonly isSecret?: boolean
}

export interface TryOut {
  /** Completes "To try it, …". */
  readonly does: string
  /** For a shell, indented by two blanks. */
  readonly command: string
}

export interface Demonstration {
  readonly title: string
  /** Sends something through a running server and gets it back. */
  show(stage: Stage): Promise<void>
}

/** Where a demonstration takes place. */
export interface Stage {
  readonly baseUrl: string
  readonly account: Account
  /** Tells of a step, and what was answered. */
  readonly step: (text: string, answer?: unknown) => void
  /** A WAV file with so many seconds of a tone. */
  readonly tone: (seconds: number) => Buffer
  /** Downloads a URL and fails unless it brings exactly these bytes. Returns a sentence that says so. */
  readonly comesBack: (url: string, bytes: Uint8Array) => Promise<string>
}

import type { ScriptValue } from '../commands/script.ts'

/** One statement, as it is sent. */
export interface Question {
  readonly text: string
  readonly values: readonly ScriptValue[]
  /** The server keeps it parsed, by a name. For texts that come in few forms, and whose plan does not depend on the values. */
  readonly isKept?: boolean
  /** Tells what the server's failure of this statement means. Default: itself. */
  readonly failure?: (error: unknown) => unknown
}

export type Row = Readonly<Record<string, unknown>>

/** What a statement was answered with. */
export interface Reply {
  /** Such as `INSERT` or `COMMIT`. */
  readonly command: string
  /** Rows that changed, or that are here. */
  readonly changes: number
  readonly rows: readonly Row[]
}

/** A statement of a flight failed: none after it was done. */
export class FlightFailure extends Error {
  override readonly name = 'FlightFailure'
  /** Which one it was, from 0. */
  readonly at: number

  constructor(at: number, cause: unknown) {
    super('a statement failed', { cause })
    this.at = at
  }
}

/** Hears what the server warns of. */
export type OnWarning = (message: string) => void

/** A way to a server. */
export interface Wire {
  /** All in one round trip, in order. Rejects with a `FlightFailure`, or with what broke the connection. */
  send(questions: readonly Question[], onWarning?: OnWarning): Promise<readonly Reply[]>
  /** Several statements without values in one text; returns the last one's command. */
  exec(sql: string): Promise<string>
}

/** A value as the protocol takes it: text, or bytes as they are. */
export function wireValue(value: ScriptValue): string | Buffer | null {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  return value instanceof Uint8Array ? bytesOf(value) : `{${value.map(element).join(',')}}`
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

/** An element of an array, as PostgreSQL writes it. */
function element(value: string | number | Uint8Array): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return `"${value.replaceAll(/["\\]/g, '\\$&')}"`
  return `"\\\\x${bytesOf(value).toString('hex')}"`
}

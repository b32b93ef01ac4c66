import pg from 'pg'
import { ConnectionFailure, classified } from './errors.ts'

export interface ConnectOptions {
  /** How long making a connection may take. */
  readonly connectTimeoutMs: number
  /** How long a statement may go without an answer; the server ends late ones before, if it can. */
  readonly answerTimeoutMs: number
}

const IDLE_TIMEOUT_MS = 30_000
const INT8_OID = 20

/**
 * A new connection to one server. Fails with a `ConnectionFailure`: `late` when time was up, else `unreachable`; or with
 * what the server says when it refuses.
 */
export async function connectTo(server: string, options: ConnectOptions): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: server,
    connectionTimeoutMillis: options.connectTimeoutMs,
    query_timeout: options.answerTimeoutMs,
    keepAlive: true,
    fallback_application_name: 'stowage',
    types: { getTypeParser },
  })
  // A connection may break while nobody uses it, or between two statements. The next statement tells.
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    const failure = classified(error)
    if (!(failure instanceof ConnectionFailure)) throw failure
    const isLate = error instanceof Error && error.message === 'timeout expired'
    throw new ConnectionFailure(isLate ? 'late' : 'unreachable', error)
  }
}

/** Ends a connection, whatever state it is in. Never rejects. */
export const disconnect = (client: pg.Client): Promise<void> => client.end().catch(() => {})

/** Connections that are kept for the next one who needs one. */
export class Connections {
  readonly #open: () => Promise<pg.Client>
  readonly #idle = new Map<pg.Client, NodeJS.Timeout>()
  readonly #ending = new Set<Promise<void>>()
  /** Those that are in use now and came from before are ended when they are given back. */
  #current = new WeakSet<pg.Client>()

  constructor(open: () => Promise<pg.Client>) {
    this.#open = open
  }

  /** One for the caller alone, who gives it back: the one that was used last, or a new one. Errors: those of opening one. */
  async take(): Promise<pg.Client> {
    const last = [...this.#idle.keys()].at(-1)
    if (last !== undefined) {
      this.#forget(last)
      return last
    }
    const client = await this.#open()
    this.#current.add(client)
    client.once('end', () => this.#forget(client))
    client.on('error', () => this.#remove(client))
    return client
  }

  /** `isSound`: it can be used again. */
  give(client: pg.Client, { isSound }: { readonly isSound: boolean }): void {
    if (isSound && this.#current.has(client)) {
      const timer = setTimeout(() => this.#remove(client), IDLE_TIMEOUT_MS)
      this.#idle.set(client, timer)
    } else {
      this.#remove(client)
    }
  }

  /** Those that there are will not be used again. */
  renew(): void {
    this.#current = new WeakSet()
    for (const client of this.#idle.keys()) this.#remove(client)
  }

  /** Resolves when all that were given back are closed. */
  async close(): Promise<void> {
    this.renew()
    await Promise.all(this.#ending)
  }

  #forget(client: pg.Client): void {
    clearTimeout(this.#idle.get(client))
    this.#idle.delete(client)
  }

  #remove(client: pg.Client): void {
    this.#forget(client)
    this.#current.delete(client)
    const ended = disconnect(client).finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }
}

/**
 * Times and sizes are below 2^53: bigints come as numbers. The library's own parsers, which other users of it in this
 * process have too, stay as they are.
 */
export const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8_OID && format !== 'binary' ? safeInteger : pg.types.getTypeParser(oid, format)

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('a number in the database is too large')
  return value
}

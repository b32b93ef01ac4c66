import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { messageOf } from '../../core/errors.ts'
import { type Address, nameOf } from './address.ts'
import { type ConnectOptions, connectTo, disconnect } from './connections.ts'
import { ConnectionFailure } from './errors.ts'

/** Once a server is found that takes writes, so long may the others still tell that they do so with more right. */
const GRACE_MS = 500

/**
 * The servers that may have the database, and which of them is in charge. What was promoted has a higher *timeline* than
 * what it was a copy of: a server whose timeline is lower than one that was seen is never written to again, also when it
 * comes back and takes writes.
 */
export class Servers {
  readonly #address: Address
  readonly #options: ConnectOptions
  readonly #moved: () => void
  /** Tried first; null while nobody knows. */
  #inCharge: string | null = null
  #before: string | null = null
  #timelineMin = UNKNOWN
  #search: Promise<string> | null = null

  /** `moved`: hears that another server is in charge than before. */
  constructor(address: Address, options: ConnectOptions, moved: () => void) {
    this.#address = address
    this.#options = options
    this.#moved = moved
  }

  /**
   * A new connection to the server that is in charge: the last one first, or else whichever is found. Errors: those of
   * `connectTo`; `unreachable` where none of several takes writes.
   */
  async connect(): Promise<pg.Client> {
    const [only = ''] = this.#address.servers
    if (!this.#address.mustTakeWrites) return connectTo(only, this.#options)
    const last = this.#inCharge
    if (last !== null) {
      try {
        return (await this.#enter(last)).client
      } catch (error) {
        if (this.#inCharge === last) this.#inCharge = null
        if (this.#address.servers.length === 1) throw error
      }
    }
    return (await this.#enter(await this.#find())).client
  }

  /** The next connection looks at all servers again: the one in charge did not answer, or took no writes. */
  doubt(): void {
    this.#inCharge = null
  }

  /** All who need to know wait for one search. */
  #find(): Promise<string> {
    this.#search ??= this.#lookAtAll().finally(() => {
      this.#search = null
    })
    return this.#search
  }

  async #lookAtAll(): Promise<string> {
    const known = this.#timelineMin
    const found: Found[] = []
    const looks = this.#address.servers.map(async (server) => {
      const one = await this.#look(server)
      found.push(one)
      return one
    })
    // What was promoted since is in charge, whatever the others say.
    const promoted = looks.map(async (look) => {
      if (known === UNKNOWN || (await look).timeline <= known) throw new Error('was not promoted')
    })
    await Promise.race([
      Promise.allSettled(looks),
      Promise.any(promoted).catch(never),
      Promise.any(looks).then(() => setTimeout(GRACE_MS, null, { ref: false }), never),
    ])
    const [best] = found.toSorted((a, b) => b.timeline - a.timeline)
    if (best === undefined) throw noneOf(await Promise.allSettled(looks))
    this.#inCharge = best.server
    if (this.#before !== null && this.#before !== best.server) this.#moved()
    this.#before = best.server
    return best.server
  }

  async #look(server: string): Promise<Found> {
    const { client, timeline } = await this.#enter(server)
    await disconnect(client)
    return { server, timeline }
  }

  /** Connects, and requires that the server takes writes and is not one that was replaced. */
  async #enter(server: string): Promise<{ readonly client: pg.Client; readonly timeline: number }> {
    const client = await connectTo(server, this.#options)
    try {
      const timeline = await timelineOf(client)
      if (timeline === null) throw unfit(server, 'takes no writes')
      if (timeline < this.#timelineMin) throw unfit(server, 'was replaced by another one')
      this.#timelineMin = Math.max(this.#timelineMin, timeline)
      return { client, timeline }
    } catch (error) {
      await disconnect(client)
      throw error instanceof pg.DatabaseError || error instanceof ConnectionFailure
        ? error
        : new ConnectionFailure('unreachable', error)
    }
  }
}

interface Found {
  readonly server: string
  readonly timeline: number
}

const UNKNOWN = 0

interface State {
  readonly is_standby: boolean
  readonly read_only: string
  readonly timeline: number
}

const STATE = "pg_is_in_recovery() AS is_standby, current_setting('transaction_read_only') AS read_only"
/** The first eight digits of the name of the log's file are the timeline. */
const WITH_TIMELINE = `SELECT ${STATE}, CASE WHEN pg_is_in_recovery() THEN 0
  ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint END AS timeline`
/** Some hosted servers show their log to nobody, or have none. */
const WITHOUT_TIMELINE = `SELECT ${STATE}, ${UNKNOWN}::bigint AS timeline`

/** Null where the server takes no writes. */
async function timelineOf(client: pg.Client): Promise<number | null> {
  const ask = (sql: string) => client.query<State>(sql)
  const { rows } = await ask(WITH_TIMELINE).catch((error: unknown) => {
    if (error instanceof pg.DatabaseError) return ask(WITHOUT_TIMELINE)
    throw error
  })
  const [state] = rows
  return state === undefined || state.is_standby || state.read_only === 'on' ? null : state.timeline
}

const unfit = (server: string, why: string): ConnectionFailure =>
  new ConnectionFailure('unreachable', `${nameOf(server)} ${why}`)

/** Why none will do. A refusal tells more than a connection that failed; that time was up may be mended by trying again. */
function noneOf(looks: readonly PromiseSettledResult<unknown>[]): unknown {
  const reasons = looks.flatMap((look): readonly unknown[] =>
    look.status === 'rejected' ? [look.reason] : [],
  )
  const refusal = reasons.find((reason) => !(reason instanceof ConnectionFailure))
  if (refusal !== undefined) return refusal
  const isLate = reasons.some((reason) => reason instanceof ConnectionFailure && reason.kind === 'late')
  const told = reasons.map(messageOf).join('; ')
  return new ConnectionFailure(isLate ? 'late' : 'unreachable', `no server takes writes: ${told}`)
}

const never = (): Promise<never> => new Promise(() => {})

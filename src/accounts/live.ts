import { setTimeout as delay } from 'node:timers/promises'
import { type Account, type Accounts, createAccounts } from '../core/accounts.ts'
import type { Clock, TimeMs } from '../core/clock.ts'
import { messageOf } from '../core/errors.ts'
import type { AccountCommands, AccountRecords } from '../core/ports/commands/accounts.ts'
import { type Declarations, madeAccounts, nextEnd } from './made-accounts.ts'
import type { Sealer } from './sealing.ts'

/** How often a node asks whether accounts have changed. */
const POLL_MS = 1000

export interface LiveOptions {
  /** Those of the configuration. They never change. Where both sources have the same thing, they win. */
  readonly configured: readonly Account[]
  readonly metadata: Pick<AccountCommands, 'accountsVersion' | 'readAccounts'>
  readonly declarations: Declarations
  readonly sealer: Sealer
  readonly clock: Clock
  /** Is told, in a line for the log, what cannot be used or asked. */
  readonly onProblem: (problem: string) => void
}

/** The accounts of the configuration and those of the metadata as one, as they are now. */
export interface LiveAccounts extends Accounts {
  /** Reads the accounts of the metadata. Changes made before the call are seen. Errors: those of the metadata. */
  refresh(): Promise<void>
  /**
   * Looks for changes of other nodes every second until `stop`. While the metadata cannot be asked everything stays as it
   * was read last.
   */
  start(): void
  stop(): Promise<void>
}

/** Resolves once the accounts are read. Errors: those of the metadata. */
export async function openLiveAccounts(options: LiveOptions): Promise<LiveAccounts> {
  const live = new Live(options)
  await live.refresh()
  return live
}

class Live implements LiveAccounts {
  readonly #options: LiveOptions
  #accounts: Accounts
  #records: AccountRecords | null = null
  /** The span of time that `#accounts` is right for: no key ends within it. */
  #madeFor: { readonly from: TimeMs; readonly until: TimeMs } = { from: 0, until: 0 }
  #reading: Promise<void> = Promise.resolve()
  #polling: { readonly stop: AbortController; readonly done: Promise<void> } | null = null

  constructor(options: LiveOptions) {
    this.#options = options
    this.#accounts = createAccounts(options.configured)
  }

  get all(): readonly Account[] {
    return this.#accounts.all
  }

  byId: Accounts['byId'] = (id) => this.#accounts.byId(id)
  byAccessKey: Accounts['byAccessKey'] = (accessKey) => this.#accounts.byAccessKey(accessKey)
  find: Accounts['find'] = (kind, id, accountName) => this.#accounts.find(kind, id, accountName)

  refresh(): Promise<void> {
    // One after the other: the latest reading stays.
    const reading = this.#reading.then(() => this.#read())
    this.#reading = reading.catch(() => {})
    return reading
  }

  start(): void {
    const stop = new AbortController()
    this.#polling ??= { stop, done: this.#poll(stop.signal) }
  }

  async stop(): Promise<void> {
    this.#polling?.stop.abort()
    await this.#polling?.done
    this.#polling = null
  }

  async #poll(signal: AbortSignal): Promise<void> {
    let isAway = false
    while (await passes(POLL_MS, signal)) {
      try {
        await this.#look()
        isAway = false
      } catch (error) {
        // One line for each outage.
        if (!isAway) this.#options.onProblem(`accounts cannot be read: ${messageOf(error)}`)
        isAway = true
      }
    }
  }

  async #look(): Promise<void> {
    const version = await this.#options.metadata.accountsVersion({})
    if (version !== this.#records?.version) return this.refresh()
    const now = this.#options.clock.now()
    // The clock may have been set back, too.
    if (now < this.#madeFor.from || now >= this.#madeFor.until) this.#make(this.#records)
  }

  async #read(): Promise<void> {
    const records = await this.#options.metadata.readAccounts({})
    this.#make(records)
    this.#records = records
  }

  #make(records: AccountRecords): void {
    const { configured, declarations, sealer, clock, onProblem } = this.#options
    const now = clock.now()
    const made = madeAccounts(records, { declarations, sealer, now, onProblem })
    this.#accounts = createAccounts(joined(configured, made, declarations))
    this.#madeFor = { from: now, until: nextEnd(records, now) }
  }
}

/** Joins both sources. An id, access key or name that both have is the configuration's. */
function joined(
  configured: readonly Account[],
  made: readonly Account[],
  { credentials: kinds }: Declarations,
): readonly Account[] {
  const known = createAccounts(configured)
  const others = made
    .filter(({ id }) => known.byId(id) === null)
    .map((account) => ({
      ...account,
      keys: account.keys.filter(({ accessKey }) => known.byAccessKey(accessKey) === null),
      credentials: Object.fromEntries(
        kinds.map((kind) => [
          kind.name,
          (account.credentials[kind.name] ?? []).filter(
            (each) => known.find(kind, kind.idOf(each), account.name) === null,
          ),
        ]),
      ),
    }))
  return [...configured, ...others]
}

/** False when it was stopped meanwhile. */
async function passes(timeMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(timeMs, undefined, { signal, ref: false })
    return true
  } catch {
    return false
  }
}

import type { Accounts } from '../core/accounts.ts'
import type { Core } from '../core/core.ts'
import type { DeliverySender, Job, TaskRunner } from '../core/ports/background.ts'
import type { Surface } from '../http/types.ts'

/** What every dialect is given. `Options` is its own section of the configuration. */
export interface DialectContext<Options> {
  readonly core: Core
  readonly accounts: Accounts
  /** Base of every URL handed out, without a slash at the end. */
  readonly publicUrl: string
  readonly options: Options
}

/** One vendor's API in front of the core. */
export interface Dialect {
  readonly name: string
  /** Its API and, where it hands out storage URLs, its flavour of the object plane. */
  readonly surfaces: readonly Surface[]
  /** Senders of the outbox topics that this dialect writes. */
  readonly senders: readonly DeliverySender[]
  /** Runners of the tasks that this dialect adds. */
  readonly runners: readonly TaskRunner[]
  /** Its own periodic work. Their names begin with the dialect's. */
  readonly jobs: readonly Job[]
}

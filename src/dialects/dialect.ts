import type { Accounts } from '../core/accounts.ts'
import type { Core } from '../core/core.ts'
import type { DeliverySender, Job, TaskRunner } from '../core/ports/background.ts'
import type { Pictures } from '../core/ports/pictures.ts'
import type { Programs } from '../core/ports/programs.ts'
import type { Surface } from '../http/types.ts'
import type { DialectSettings } from '../settings/dialect.ts'
import type { OptionTable } from '../settings/options.ts'
import type { ValuesOf } from '../settings/setting.ts'
import type { DialectBuckets } from './buckets.ts'
import type { DialectCommand } from './command.ts'
import type { DialectDemo } from './demo.ts'
import type { UploadTargets } from './upload-targets.ts'

/**
 * One vendor's API in front of the core, with all that the rest of the program must know of it: nothing outside its folder
 * names it but the list of dialects.
 */
export interface Dialect<Options extends OptionTable = OptionTable> extends DialectSettings<Options> {
  /** What operators can do besides the commands that are for every dialect. */
  readonly commands: readonly DialectCommand[]
  /** What a newcomer is told and shown. */
  readonly demo: DialectDemo
  /** Puts it in front of a core. */
  create(context: DialectContext<ValuesOf<Options>>): MountedDialect
}

/** What every dialect is given. `Options` is its own section of the configuration. */
export interface DialectContext<Options> {
  readonly core: Core
  readonly accounts: Accounts
  /** Runs programs that the operator names. */
  readonly programs: Programs
  /** Makes pictures of images and videos; null where none are made. */
  readonly pictures: Pictures | null
  /** Base of every URL handed out, without a slash at the end. */
  readonly publicUrl: string
  /** Base of the URLs of the dialect's own listener, without a slash at the end; null where it has none, or it is off. */
  readonly ownUrl: string | null
  /** 32 secret bytes of the installation for one purpose, whose name begins with the dialect's: every node has the same. */
  readonly secretFor: (purpose: string) => Uint8Array
  /** What uploads can become in the dialects, once all of them are put in front of the core. */
  readonly targets: readonly UploadTargets[]
  /** Domains of the operator below which names of buckets are host names. */
  readonly virtualHosts: readonly string[]
  readonly options: Options
  /** The buckets of all dialects, by their names, as those serve them. Complete once all are mounted. */
  readonly buckets: ReadonlyMap<string, DialectBuckets>
}

/** A dialect at work. */
export interface MountedDialect {
  /** Its API and, where it hands out storage URLs, its flavour of the object plane. */
  readonly surfaces: readonly Surface[]
  /** Senders of the outbox topics that this dialect writes. */
  readonly senders: readonly DeliverySender[]
  /** Runners of the tasks that this dialect adds. */
  readonly runners: readonly TaskRunner[]
  /** Its own periodic work. Their names begin with the dialect's. */
  readonly jobs: readonly Job[]
  /** What uploads that come by other dialects can become here. */
  readonly targets?: UploadTargets
  /** Its buckets, as others reach them. Without it they are as the core has them, and are only read. */
  readonly buckets?: DialectBuckets
}

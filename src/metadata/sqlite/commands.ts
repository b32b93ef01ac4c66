import { READ_SCRIPTS, REPEATABLE_SCRIPTS, type ScriptName, WRITE_SCRIPTS } from '../commands/index.ts'
import type { Script } from '../commands/script.ts'
import { usage } from './buckets.ts'
import * as catalog from './catalog.ts'
import * as coordination from './coordination.ts'
import type { Db } from './db.ts'
import * as deliveries from './deliveries.ts'
import type { Call, CommandName, CommandOf, ResultOf } from './messages.ts'
import * as objects from './objects.ts'
import * as queries from './queries.ts'
import { runScript } from './run-script.ts'
import * as segments from './segments.ts'
import { commitFile } from './tree-commits.ts'
import * as uploads from './uploads.ts'

type Handlers<Name extends CommandName> = {
  readonly [N in Name]: (db: Db, command: CommandOf<N>) => ResultOf<N>
}

/** Scripts as handlers. */
function scripted<Name extends ScriptName>(
  scripts: {
    readonly [N in Name]: (command: CommandOf<N>) => Script<ResultOf<N>>
  },
): Handlers<Name> {
  const entries = Object.entries(scripts) as [Name, (command: never) => Script<unknown>][]
  const handlers = entries.map(([name, script]) => [
    name,
    (db: Db, command: never) => runScript(db, script(command)),
  ])
  return Object.fromEntries(handlers) as Handlers<Name>
}

/** What the reader's connection answers. */
export const READS = {
  findUpload: queries.findUpload,
  listParts: queries.listParts,
  findObject: queries.findObject,
  listObjects: queries.listObjects,
  usage,
  listExtents: queries.listExtents,
  listLiveSegments: segments.listLiveSegments,
  searchObjects: catalog.searchObjects,
  ...scripted(READ_SCRIPTS),
} satisfies Partial<Handlers<CommandName>>

export type ReadName = keyof typeof READS
/** Everything else goes through the writer. */
export type WriteName = Exclude<CommandName, ReadName>

const WRITES: Handlers<WriteName> = {
  beginUpload: uploads.beginUpload,
  attachPart: uploads.attachPart,
  renewUpload: uploads.renewUpload,
  sealUpload: uploads.sealUpload,
  commitUpload: uploads.commitUpload,
  abortUpload: uploads.abortUpload,
  failUpload: uploads.failUpload,
  expireUploads: uploads.expireUploads,
  forgetUploads: uploads.forgetUploads,
  putObject: catalog.putObject,
  updateObject: catalog.updateObject,
  deleteObject: objects.deleteObject,
  holdObject: objects.holdObject,
  reserveSegments: segments.reserveSegments,
  extendSegments: segments.extendSegments,
  discardSegments: segments.discardSegments,
  listGarbage: segments.listGarbage,
  forgetSegments: segments.forgetSegments,
  leaseDeliveries: deliveries.leaseDeliveries,
  settleDelivery: deliveries.settleDelivery,
  postponeDelivery: deliveries.postponeDelivery,
  leaseJob: coordination.leaseJob,
  registerBlobs: coordination.registerBlobs,
  commitFile,
  fillObject: catalog.fillObject,
  ...scripted(REPEATABLE_SCRIPTS),
  ...scripted(WRITE_SCRIPTS),
}

const HANDLERS: Handlers<CommandName> = { ...READS, ...WRITES }

/** Does the work of any command on a connection, inside the caller's transaction. */
export function handle(db: Db, { name, command }: Call): unknown {
  const handler: (db: Db, command: never) => unknown = HANDLERS[name]
  return handler(db, command as never)
}

import type { Facts } from '../../core/ports/facts.ts'
import { READ_SCRIPTS, REPEATABLE_SCRIPTS, type ScriptName, WRITE_SCRIPTS } from '../commands/index.ts'
import type { Script } from '../commands/script.ts'
import { usage } from './buckets.ts'
import * as catalog from './catalog.ts'
import * as coordination from './coordination.ts'
import type { Db } from './db.ts'
import * as deliveries from './deliveries.ts'
import * as objects from './objects.ts'
import type { Pool } from './pool.ts'
import * as queries from './queries.ts'
import { runScript } from './run-script.ts'
import * as segments from './segments.ts'
import { commitFile } from './tree-commits.ts'
import type { CommandName, CommandOf, ResultOf } from './types.ts'
import * as uploads from './uploads.ts'

type Handlers<Name extends CommandName> = {
  readonly [N in Name]: (db: Db, command: CommandOf<N>) => Promise<ResultOf<N>>
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

/** Outside of transactions: each is one statement, or several that need no common moment. */
const READS = {
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

/** Transactions whose repetition answers as the first time did, so that a lost COMMIT costs nothing. */
const REPEATABLE_WRITES = {
  beginUpload: uploads.beginUpload,
  attachPart: uploads.attachPart,
  sealUpload: uploads.sealUpload,
  commitUpload: uploads.commitUpload,
  abortUpload: uploads.abortUpload,
  failUpload: uploads.failUpload,
  reserveSegments: segments.reserveSegments,
  extendSegments: segments.extendSegments,
  listGarbage: segments.listGarbage,
  forgetSegments: segments.forgetSegments,
  settleDelivery: deliveries.settleDelivery,
  leaseJob: coordination.leaseJob,
  registerBlobs: coordination.registerBlobs,
  commitFile,
  fillObject: catalog.fillObject,
  ...scripted(REPEATABLE_SCRIPTS),
} satisfies Partial<Handlers<CommandName>>

/** Transactions that count, or whose second answer would be another one. */
const WRITES = {
  renewUpload: uploads.renewUpload,
  expireUploads: uploads.expireUploads,
  forgetUploads: uploads.forgetUploads,
  putObject: catalog.putObject,
  updateObject: catalog.updateObject,
  deleteObject: objects.deleteObject,
  holdObject: objects.holdObject,
  discardSegments: segments.discardSegments,
  leaseDeliveries: deliveries.leaseDeliveries,
  postponeDelivery: deliveries.postponeDelivery,
  ...scripted(WRITE_SCRIPTS),
} satisfies Partial<Handlers<CommandName>>

/** The port on a pool of connections. */
export function metadataOn(pool: Pool): Facts {
  return {
    ...withRunner(READS, (work) => pool.read(work)),
    ...withRunner(REPEATABLE_WRITES, (work) => pool.write(work, { isRepeatable: true })),
    ...withRunner(WRITES, (work) => pool.write(work, { isRepeatable: false })),
    close: () => pool.close(),
  }
}

type Run = <Result>(work: (db: Db) => Promise<Result>) => Promise<Result>

function withRunner<Name extends CommandName>(handlers: Handlers<Name>, run: Run): Pick<Facts, Name> {
  const entries = Object.entries(handlers) as [Name, (db: Db, command: never) => Promise<unknown>][]
  const methods = entries.map(([name, handler]) => [
    name,
    (command: never) => run((db) => handler(db, command)),
  ])
  return Object.fromEntries(methods) as Pick<Facts, Name>
}

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Command } from 'commander'
import { createThrottle, pauseSweep } from '../../backup/index.ts'
import type { Config } from '../../config/load.ts'
import { CoreError } from '../../core/errors.ts'
import { asAccountId } from '../../core/ids.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import { takeSnapshot } from '../../facts-copies.ts'
import { createLogger } from '../../log.ts'
import { beginWith } from '../../readiness.ts'
import { openEngine } from '../../server.ts'
import { openBlobs } from '../../stores.ts'
import { steadySystemClock, systemRandom, systemTicks } from '../../system.ts'
import {
  type ExportHead,
  type ExportOptions,
  exportAccount,
  requireEmptyFolder,
} from '../../tenancy/index.ts'
import { version } from '../../version.ts'
import { requireData, withoutNewDemo } from '../engine.ts'
import { configOf, withConfigOptions } from '../options.ts'
import { inUnits } from '../units.ts'
import { progressTeller, rateMaxOf, withCopyOptions } from './shared.ts'

/** The file in the data folder that holds SQLite's copy while an export runs. */
const DRAFT = 'export.partial'

interface Options {
  readonly secrets?: true
  readonly rate?: number
  readonly json?: true
}

/** `stowage export`: writes what one account has into a folder, beside a running server. Ends with 1 if something is bad. */
export function exportCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('export')
    .description('write what one account has into a folder, as files and lines of JSON')
    .argument('<account>', "the account's id")
    .argument('<dir>', 'an empty folder, or one that is not there yet')
    .option('--secrets', 'the secrets of its keys and credentials, too, as they are')
  return withConfigOptions(withCopyOptions(command), dialects).action(
    async (account: string, dir: string) => {
      const options = command.opts<Options>()
      const config = withoutNewDemo(configOf(command, dialects))
      requireData(config)
      requireEmptyFolder(dir)
      const head = await exportFrom(config, dialects, { account, dir, ...options })
      if (options.json === true) console.log(JSON.stringify(head))
      else
        console.log(
          `${head.account}: ${head.contents} files with ${inUnits(head.bytes)}, ${head.bad.length} are bad`,
        )
      if (head.bad.length > 0) process.exitCode = 1
    },
  )
}

type Wanted = Pick<Options, 'secrets' | 'rate'> & { readonly account: string; readonly dir: string }

async function exportFrom(config: Config, dialects: readonly Dialect[], wanted: Wanted): Promise<ExportHead> {
  const clock = steadySystemClock()
  const log = createLogger(config.server.logLevel, 'stderr')
  const engine = await openEngine(config, { log, dialects, clock })
  try {
    await beginWith(clock, engine.facts)
    const moved = await engine.desks.moving.take(wanted.account, { withSecrets: wanted.secrets === true })
    const name = engine.accounts.byId(wanted.account)?.name ?? moved?.account.name ?? wanted.account
    const more = moved === null ? {} : { 'account.json': `${JSON.stringify(moved, null, 2)}\n` }
    const pause = await pauseSweep(engine.facts, clock, systemRandom)
    try {
      const takenAt = new Date(clock.now())
      return await writeOut(config, wanted, { name, more, takenAt, require: pause.require })
    } finally {
      await pause.end()
    }
  } finally {
    await engine.close()
  }
}

type Known = Pick<ExportOptions, 'name' | 'more' | 'takenAt' | 'require'>

async function writeOut(config: Config, { account, dir, rate }: Wanted, known: Known): Promise<ExportHead> {
  const throttle = createThrottle(rateMaxOf(rate), systemTicks)
  const snapshot = await takeSnapshot(config, join(config.server.dataDir, DRAFT))
  const { blobs } = await openBlobs(config)
  const teller = progressTeller()
  const id = asAccountId(account)
  try {
    return await exportAccount({
      ...{ ...known, account: id, id: randomUUID(), dir, version: version(), blobs, throttle },
      tenant: snapshot.tenant(id),
      hear: {
        progress: (done, bytes) => teller.progress({ doing: 'files', done, of: done, bytes }),
        bad: (what, reason) => console.error(`bad: ${what}: ${reason}`),
      },
    })
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new CoreError('unavailable', error.message, {}, error)
    throw error
  } finally {
    teller.end()
    await blobs.close()
    await snapshot.close()
  }
}

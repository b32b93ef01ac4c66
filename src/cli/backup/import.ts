import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import type { MovedAccount } from '../../accounts/index.ts'
import { createThrottle } from '../../backup/index.ts'
import { CoreError } from '../../core/errors.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import { openTenants } from '../../facts-copies.ts'
import { createLogger } from '../../log.ts'
import { type Engine, openEngine } from '../../server.ts'
import { systemTicks } from '../../system.ts'
import { type ExportHead, importAccount, readHead } from '../../tenancy/index.ts'
import { withoutNewDemo } from '../engine.ts'
import { configOf, withConfigOptions } from '../options.ts'
import { inUnits } from '../units.ts'
import { progressTeller, rateMaxOf, withCopyOptions } from './shared.ts'

interface Options {
  readonly newNumbers?: true
  readonly rate?: number
  readonly json?: true
}

/** `stowage import`: fills an account with what `stowage export` has written, beside a running server or without one. */
export function importCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('import')
    .description('fill an account, which has nothing yet, with an export; after an interruption it goes on')
    .argument('<dir>', 'the folder of the export')
    .option('--new-numbers', 'give quotas and things in the bin new numbers where others have theirs')
  return withConfigOptions(withCopyOptions(command), dialects).action(async (dir: string) => {
    const options = command.opts<Options>()
    const head = readHead(dir)
    const throttle = createThrottle(rateMaxOf(options.rate), systemTicks)
    const config = withoutNewDemo(configOf(command, dialects))
    const engine = await openEngine(config, { log: createLogger(config.server.logLevel, 'stderr'), dialects })
    const teller = progressTeller()
    try {
      await requireAccount(engine, head, dir)
      const target = await openTenants(config)
      const sums = await importAccount({
        ...{ dir, head, target, throttle, staging: engine.core.staging },
        givesNumbers: options.newNumbers === true,
        progress: (done, bytes) => teller.progress({ doing: 'files', done, of: head.contents, bytes }),
      }).finally(() => target.close())
      teller.end()
      if (options.json === true) console.log(JSON.stringify({ account: head.account, ...sums }))
      else
        console.log(
          `${head.account}: ${sums.contents} files with ${inUnits(sums.bytes)} were added, ${sums.passedOver} were there`,
        )
    } finally {
      teller.end()
      await engine.close()
    }
  })
}

/** Makes the account of the export, or finds it here. Errors: `account-not-found`. */
async function requireAccount(engine: Engine, head: ExportHead, dir: string): Promise<void> {
  const file = join(dir, 'account.json')
  const moved = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as MovedAccount) : null
  if (moved?.hasSecrets === true) await engine.desks.moving.make(moved)
  const all = await engine.desks.accounts.list()
  if (all.some(({ id }) => id === head.account)) return
  throw new CoreError(
    'account-not-found',
    `there is no account ${head.account} here: make it first (stowage account create --id ${head.account}), name it in the ` +
      'configuration, or export it with --secrets',
  )
}

import { join } from 'node:path'
import { Command } from 'commander'
import {
  chosen,
  createThrottle,
  openPlace,
  type Place,
  readPlace,
  takeBackup,
  verifyBackup,
} from '../../backup/index.ts'
import type { Config } from '../../config/load.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import { takeSnapshot } from '../../facts-copies.ts'
import { beginWith } from '../../readiness.ts'
import { ConfigError, shown } from '../../settings/error.ts'
import { openStores } from '../../stores.ts'
import { steadySystemClock, systemRandom, systemTicks } from '../../system.ts'
import { version } from '../../version.ts'
import { requireData } from '../engine.ts'
import { configOf, withConfigOptions } from '../options.ts'
import { backupLine, keyFiles, progressTeller, rateMaxOf, withCopyOptions } from './shared.ts'

/** The file in the data folder that holds SQLite's copy while a backup runs. */
const DRAFT = 'backup.partial'

interface Options {
  readonly list?: true
  readonly verify?: true | string
  readonly keep?: string
  readonly rate?: number
  readonly keys: boolean
  readonly json?: true
}

/** `stowage backup`: copies all that a server keeps, beside it while it runs, and looks after the copies. Ends with 1 if something is bad. */
export function backupCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('backup')
    .description(
      'copy all facts and bytes, beside a running server; what a backup there has already is not copied again',
    )
    .argument('<place>', 'a folder, or s3://bucket/prefix?endpoint=http://host:port')
    .option('--list', 'show what backups there are, and take none')
    .option(
      '--verify [name]',
      'read a backup, the last by default, and compare it with its checksums; take none',
    )
    .option('--keep <n>', 'leave so many backups, the newest, and remove what only older ones need')
    .option('--no-keys', 'leave out the secret key, the authority and the demo account')
  return withConfigOptions(withCopyOptions(command), dialects).action(async (where: string) => {
    const options = command.opts<Options>()
    const keep = keepOf(options.keep)
    const rate = rateMaxOf(options.rate)
    const place = await openPlace(where)
    try {
      if (options.list === true) await list(place, options)
      else if (options.verify !== undefined) await verify(place, options, rate)
      else await take(place, configOf(command, dialects), { ...options, keep, rate })
    } finally {
      await place.close()
    }
  })
}

function keepOf(text: string | undefined): number | null {
  if (text === undefined) return null
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new ConfigError(`--keep: is ${shown(text)}; accepted: how many backups stay, at least 1`)
}

async function list(place: Place, { json }: Options): Promise<void> {
  const { backups } = await readPlace(place)
  if (json === true) console.log(JSON.stringify(backups))
  else for (const backup of backups) console.log(backupLine(backup))
}

async function verify(place: Place, { verify: name, json }: Options, rate: number | null): Promise<void> {
  const { backups } = await readPlace(place)
  const backup = chosen(backups, typeof name === 'string' ? name : null)
  const hear = progressTeller()
  const { bad, ...read } = await verifyBackup({
    ...{ place, backup, hear, throttle: createThrottle(rate, systemTicks) },
  }).finally(hear.end)
  if (json === true) console.log(JSON.stringify({ name: backup.name, read, bad }))
  else console.log(`${backup.name}: ${read.count} segments are right, ${bad.length} are bad`)
  if (bad.length > 0) process.exitCode = 1
}

async function take(
  place: Place,
  config: Config,
  { keep, rate, keys, json }: Omit<Options, 'keep' | 'rate'> & { keep: number | null; rate: number | null },
): Promise<void> {
  requireData(config)
  const clock = steadySystemClock()
  const stores = await openStores(config, { isAlone: false, onLost: () => {}, onProblem: () => {} })
  const hear = progressTeller()
  try {
    await beginWith(clock, stores.metadata)
    const { backup, removed } = await takeBackup({
      ...{ facts: stores.metadata, blobs: stores.blobs, place, clock, random: systemRandom, hear, keep },
      takeSnapshot: () => takeSnapshot(config, join(config.server.dataDir, DRAFT)),
      throttle: createThrottle(rate, systemTicks),
      keys: keys ? keyFiles(config) : [],
      version: version(),
    })
    hear.end()
    if (json === true) console.log(JSON.stringify({ backup, removed }))
    else {
      console.log(backupLine(backup))
      for (const name of removed) console.log(`removed ${name}`)
    }
    if (backup.bad.length > 0) process.exitCode = 1
  } finally {
    hear.end()
    await stores.close()
  }
}

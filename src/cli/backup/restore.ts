import { readdirSync } from 'node:fs'
import { Command } from 'commander'
import { chosen, createThrottle, openPlace, readPlace, restoreBackup } from '../../backup/index.ts'
import type { Config } from '../../config/load.ts'
import { LOCK_NAME, lockDataFolder } from '../../data-lock.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import { makeFolders, syncFolders } from '../../durable-files.ts'
import { openRestore } from '../../facts-copies.ts'
import { ConfigError, shown } from '../../settings/error.ts'
import { openBlobs } from '../../stores.ts'
import { systemTicks } from '../../system.ts'
import { configOf, withConfigOptions } from '../options.ts'
import { inUnits } from '../units.ts'
import { backupLine, keyFiles, progressTeller, rateMaxOf, withCopyOptions } from './shared.ts'

interface Options {
  readonly backup?: string
  readonly rate?: number
  readonly json?: true
}

/** `stowage restore`: fills an empty data folder, or an empty database and bucket, with a backup. Ends with 1 if something is bad. */
export function restoreCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('restore')
    .description('fill an empty data folder, or an empty database and bucket, with a backup')
    .argument('<place>', 'where the backups are, as `stowage backup` was told')
    .option('--backup <name>', 'which one, as `stowage backup --list` shows them (default: the last)')
  return withConfigOptions(withCopyOptions(command), dialects).action(async (where: string) => {
    const options = command.opts<Options>()
    const rate = rateMaxOf(options.rate)
    const config = configOf(command, dialects)
    requireEmptyFolder(config)
    const place = await openPlace(where)
    try {
      const { backups } = await readPlace(place)
      const backup = chosen(backups, options.backup ?? null)
      const hear = progressTeller()
      const { bad, ...copied } = await withTarget(config, (target) =>
        restoreBackup({
          ...{ place, backup, ...target, keys: keyFiles(config), hear },
          throttle: createThrottle(rate, systemTicks),
        }),
      ).finally(hear.end)
      if (options.json === true) console.log(JSON.stringify({ backup: backup.name, copied, bad }))
      else
        console.log(
          `restored ${backupLine(backup)}\n${copied.count} segments were copied, ${inUnits(copied.bytes)}`,
        )
      if (bad.length > 0) process.exitCode = 1
    } finally {
      await place.close()
    }
  })
}

type Target = Pick<Parameters<typeof restoreBackup>[0], 'facts' | 'blobs'>

/** Opens what is to be filled; no server runs there meanwhile. */
async function withTarget<Result>(
  config: Config,
  work: (target: Target) => Promise<Result>,
): Promise<Result> {
  const { dataDir } = config.server
  syncFolders(dataDir, makeFolders(dataDir))
  const lock = lockDataFolder(dataDir)
  try {
    const facts = await openRestore(config)
    try {
      const { blobs } = await openBlobs(config)
      try {
        return await work({ facts, blobs })
      } finally {
        await blobs.close()
      }
    } finally {
      await facts.close()
    }
  } finally {
    lock.release()
  }
}

/** What a restore itself puts there, and what one that was interrupted has left. */
const OURS = [
  ...['blobs', 'secret.key', 'tls-authority.pem', 'demo-account.toml', 'stowage.db.restoring'],
  ...[LOCK_NAME, `${LOCK_NAME}-journal`, 'blobs.id', 'lost+found'],
]

/** Errors: ConfigError when the data folder has anything that a restore could lose or mix with its own. */
function requireEmptyFolder({ server }: Config): void {
  const found = entriesOf(server.dataDir).filter((name) => !OURS.includes(name))
  if (found.length === 0) return
  throw new ConfigError(
    `data_dir: ${shown(server.dataDir)} is not empty: it has ${found.slice(0, 3).join(', ')}; accepted: an empty folder, or none yet`,
  )
}

function entriesOf(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config/load.ts'
import type { BlobInventory } from './core/ports/blobs.ts'
import type { FactsChecker } from './core/ports/facts-checker.ts'
import { requireKnown } from './same-blobs.ts'
import { blobsFolder, blobsPlace, DATABASE_NAME, knownIdentity, openS3Store } from './stores.ts'

/** Both stores, to be looked through. Nothing is made, changed or locked. */
export interface CheckedStores {
  readonly checker: FactsChecker
  readonly blobs: BlobInventory
  close(): Promise<void>
}

/**
 * Opens the stores that the configuration names, beside a server or without one. Errors: ConfigError, also when these bytes are not those of
 * these facts; CoreError.
 */
export async function openCheckedStores(config: Config): Promise<CheckedStores> {
  const open: { close(): Promise<void> }[] = []
  const close = async (): Promise<void> => {
    for (const store of open.splice(0)) await store.close()
  }
  try {
    const checker = await openChecker(config)
    open.push(checker)
    const { blobs, mark } = await openInventory(config)
    open.push(blobs)
    const known = await checker.findBlobs({})
    if (known !== null) requireKnown(known, { place: blobsPlace(config, knownIdentity), mark: await mark() })
    return { checker, blobs, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What looks through the facts, with a connection of its own. Errors: CoreError. */
export async function openChecker({ server }: Config): Promise<FactsChecker> {
  if (server.metadata !== 'sqlite') {
    const { openPostgresChecker } = await import('./metadata/postgres/checker.ts')
    return openPostgresChecker(server.metadata)
  }
  const { openSqliteChecker } = await import('./metadata/sqlite/checker.ts')
  return openSqliteChecker(join(server.dataDir, DATABASE_NAME))
}

interface Inventory {
  readonly blobs: BlobInventory
  /** What tells the store from others; null where nothing lies there that does. */
  readonly mark: () => Promise<string | null>
}

async function openInventory({ server }: Config): Promise<Inventory> {
  if (server.blobs !== 'disk') {
    const blobs = await openS3Store(server.blobs)
    return { blobs, mark: () => blobs.mark.read() }
  }
  const { openDiskInventory } = await import('./blobs/disk/index.ts')
  return { blobs: openDiskInventory(blobsFolder(server.dataDir)), mark: async () => null }
}

/** What a server puts into its data folder. */
const KNOWN: readonly RegExp[] = [
  /^stowage\.db(-wal|-shm|-headroom|-position)?$/,
  /^server\.lock(-journal)?$/,
  /^(secret\.key|blobs\.id|admin-token|demo-account\.toml|tls-authority\.pem)$/,
  /^(backup|export)\.partial(-journal)?$/,
  /^(blobs|programs|refusals|lost\+found)$/,
]

/** What lies in a data folder and is none of a server's files. `isOwn`: what the configuration names there. */
export function unknownFiles({ server, tls }: Config): readonly string[] {
  const own = [server.secretKeyFile, tls.cert, tls.key].filter((path) => path !== '')
  return namesIn(server.dataDir).filter(
    (name) => !KNOWN.some((known) => known.test(name)) && !own.some((path) => path.endsWith(`/${name}`)),
  )
}

/** None where there is no folder: nodes with PostgreSQL and S3 need none. */
function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir).sort()
  } catch {
    return []
  }
}

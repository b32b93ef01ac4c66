import { join } from 'node:path'
import type { Config } from './config/load.ts'
import type { FactsRestore, FactsSnapshot } from './core/ports/snapshot.ts'
import type { TenantTarget } from './core/ports/tenants.ts'
import { DATABASE_NAME } from './stores.ts'

/**
 * All facts of the configuration's store as they are now. `draft`: a file that SQLite's copy is in until the snapshot is closed. Errors:
 * those of `FactsSnapshot`.
 */
export async function takeSnapshot({ server }: Config, draft: string): Promise<FactsSnapshot> {
  if (server.metadata !== 'sqlite') {
    const { takePostgresSnapshot } = await import('./metadata/postgres/snapshot.ts')
    return takePostgresSnapshot(server.metadata)
  }
  const { takeSqliteSnapshot } = await import('./metadata/sqlite/snapshot.ts')
  return takeSqliteSnapshot(join(server.dataDir, DATABASE_NAME), draft)
}

/** The configuration's store of facts, to be filled. The data folder has to be there. Errors: those of `FactsRestore`. */
export async function openRestore({ server }: Config): Promise<FactsRestore> {
  if (server.metadata !== 'sqlite') {
    const { restorePostgres } = await import('./metadata/postgres/restore.ts')
    return restorePostgres(server.metadata)
  }
  const { restoreSqlite } = await import('./metadata/sqlite/restore.ts')
  return restoreSqlite(join(server.dataDir, DATABASE_NAME))
}

/** The configuration's store of facts, up to date, to take an account in. Errors: those of `TenantTarget`. */
export async function openTenants({ server }: Config): Promise<TenantTarget> {
  if (server.metadata !== 'sqlite') {
    const { postgresTenants } = await import('./metadata/postgres/tenants.ts')
    return postgresTenants(server.metadata)
  }
  const { sqliteTenants } = await import('./metadata/sqlite/tenants.ts')
  return sqliteTenants(join(server.dataDir, DATABASE_NAME))
}

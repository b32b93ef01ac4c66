import type { TenantTarget } from '../../core/ports/tenants.ts'
import { tenantTarget } from '../commands/tenants/target.ts'
import { inTransaction } from './batch.ts'
import { openWriter } from './db.ts'
import { errorOf, failureOf } from './errors.ts'
import { runScript } from './run-script.ts'

/** Takes an account into the database at `path`, beside its server or without one. The schema has to be up to date. */
export function sqliteTenants(path: string): TenantTarget {
  const db = openWriter(path, 'strict')
  return tenantTarget(
    async (script) => {
      try {
        return inTransaction(db, () => runScript(db, script()))
      } catch (error) {
        throw errorOf(failureOf(error))
      }
    },
    { overriding: '', renumber: null },
    async () => db.close(),
  )
}

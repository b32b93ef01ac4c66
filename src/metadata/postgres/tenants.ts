import type { TenantTarget } from '../../core/ports/tenants.ts'
import { tenantTarget } from '../commands/tenants/target.ts'
import { Pool } from './pool.ts'
import { runScript } from './run-script.ts'

const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 60_000

/** Takes an account into the database at `url`, beside its nodes. The schema has to be up to date. */
export function postgresTenants(url: string): TenantTarget {
  const timeouts = { connectTimeoutMs: CONNECT_TIMEOUT_MS, waitTimeoutMs: CONNECT_TIMEOUT_MS }
  const pool = new Pool({
    ...{ url, poolMax: 1, durability: 'strict', ...timeouts, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
  })
  return tenantTarget(
    (script) => pool.write((db) => runScript(db, script()), { isRepeatable: true }),
    {
      overriding: 'OVERRIDING SYSTEM VALUE',
      renumber: (table) =>
        `SELECT setval(pg_get_serial_sequence('${table}', 'id'),
           greatest((SELECT max(id) FROM ${table}), nextval(pg_get_serial_sequence('${table}', 'id')) - 1)) AS last`,
    },
    () => pool.close(),
  )
}

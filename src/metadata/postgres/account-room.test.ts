import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { Tenant } from '../../../test/contracts/metadata/tenant.ts'
import { createDatabase } from '../../../test/support/postgres.ts'
import { DEFAULT_LIMITS } from '../../core/model/limits.ts'
import { openPostgresMetadata } from './index.ts'

/** What a command holds beside others of its account; see `LOCK_CLASSES`. */
const BESIDE = "SELECT pg_advisory_lock_shared(x'61636374'::int, hashtext('account'))"

test('an account that is far from its default limits begins uploads side by side', async () => {
  const { url, drop } = await createDatabase()
  const metadata = await openPostgresMetadata({ url, poolMax: 4 })
  const other = new pg.Client({ connectionString: url })
  try {
    const tenant = new Tenant(metadata, 'account', seededRandom(1))
    await tenant.begin({ within: DEFAULT_LIMITS })
    await other.connect()
    await other.query(BESIDE)
    assert.equal((await tenant.begin({ within: DEFAULT_LIMITS })).state, 'open')
  } finally {
    await other.end()
    await metadata.close()
    await drop()
  }
})

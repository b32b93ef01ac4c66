import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { failsWith } from '../../../test/contracts/metadata/store.ts'
import { Tenant } from '../../../test/contracts/metadata/tenant.ts'
import { openSqliteMetadata } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'stowage-lone-'))
after(() => rmSync(folder, { recursive: true }))
const open = (name: string) =>
  openSqliteMetadata({ path: join(folder, name), durability: 'strict', threads: false })

describe('a database in the thread of its caller', () => {
  test('keeps what was put until the next start, and takes nothing after its end', async () => {
    const first = await open('stowage.db')
    const tenant = new Tenant(first, 'account', seededRandom(1))
    const object = await tenant.put()
    await first.close()
    await failsWith(first.findObject({ account: tenant.account, object: { id: object.id } }), 'unavailable')
    const second = await open('stowage.db')
    const found = await second.findObject({ account: tenant.account, object: { id: object.id } })
    assert.equal(found?.id, object.id)
    await second.close()
  })

  test('does not open where there is no folder', async () => {
    await failsWith(open('none/stowage.db'), 'metadata-failed')
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { begin, claim, slotOf } from '../../../test/contracts/metadata/assemblies.ts'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { FIELDS, HOUR_MS, NOW, Tenant } from '../../../test/contracts/metadata/tenant.ts'
import { useSearches } from '../../../test/contracts/searches.ts'
import { useTasks } from '../../../test/contracts/tasks.ts'
import { useTokens } from '../../../test/contracts/tokens.ts'
import { useBinsAndCopies } from '../../../test/contracts/trees/use.ts'
import { useEntries } from '../../../test/contracts/trees/use-entries.ts'
import type { Facts } from '../../core/ports/facts.ts'
import { handle, READS } from './commands.ts'
import { type Db, openReader, openWriter } from './db.ts'
import type { CommandName } from './messages.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'

/** Steps that go through rows without an index, and why that is right. */
const SCANS_ALLOWED: readonly RegExp[] = [
  // Rows that an indexed subquery gave, or the statement itself.
  /^SCAN (\(subquery-\d+\)|placed|above|below|counted|d|directories|files|others|page|skipped|wanted|matches|labelled|first)$/,
  /^SCAN (\d+-ROW VALUES CLAUSE|CONSTANT ROW)$/,
  // All there is has to go; the limit ends it.
  /^SCAN doomed$/,
  // The index has garbage only, in the order asked for, and the limit ends it.
  /^SCAN segments USING COVERING INDEX segments_garbage$/,
]

const SORTS_ALLOWED: readonly RegExp[] = [
  // A page of files, merged from the first ones of each directory.
  /^SELECT \* FROM \(SELECT e\.id, e\.\w+ AS sort_value/,
  // A page of a directory that mixes two orders: sorted is what each gave, up to the page's end.
  /AS page\s+JOIN entries/,
  // A page of a search for one of many labels, merged from the first ones of each label.
  /AS first UNION ALL/,
  // Names of one beginning in another order: there may be few of them.
  /e\.name >= \?.*ORDER BY e\.(?!name)/s,
  // A sealed upload's parts are added up for each of its assemblies.
  /^UPDATE parts SET place/,
  // Lists by kind alone: status stands between kind and time in the index.
  /o\.kind = \?( AND \(.*\))?\s+ORDER BY/,
  // An open upload's bytes: every part has to be added up anyway.
  /OVER \(ORDER BY number\).*ORDER BY number LIMIT/s,
]

describe('every statement', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-plans-'))
  const path = join(folder, 'stowage.db')
  const writer = openWriter(path, 'relaxed')
  migrate(writer, path, MIGRATIONS)
  const reader = openReader(path)
  let statements: readonly string[] = []

  before(async () => {
    const used = writer.statements.length
    await useAll(metadataOn(writer, reader))
    const run = new Set([...writer.statements.slice(used), ...reader.statements])
    statements = [...run].filter((sql) => /^(SELECT|INSERT|UPDATE|DELETE|WITH)/.test(sql))
  })
  after(() => {
    reader.close()
    writer.close()
    rmSync(folder, { recursive: true })
  })

  const plansOf = () =>
    statements.map((sql) => {
      const values = Array.from({ length: (sql.match(/\?(?!\d)/g) ?? []).length }, () => null)
      const steps = reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
      return { sql, steps: steps.map(({ detail }) => detail) }
    })

  test('finds its rows by an index', () => {
    assert.ok(statements.length > 50)
    for (const { sql, steps } of plansOf()) {
      const scans = steps.filter(
        (step) => step.startsWith('SCAN') && !SCANS_ALLOWED.some((allowed) => allowed.test(step)),
      )
      assert.deepEqual(scans, [], sql)
    }
  })

  test('gets its order from an index', () => {
    for (const { sql, steps } of plansOf()) {
      if (SORTS_ALLOWED.some((allowed) => allowed.test(sql))) continue
      assert.deepEqual(
        steps.filter((step) => step.includes('TEMP B-TREE')),
        [],
        sql,
      )
    }
  })
})

/** The port without threads, so that its connections can tell what was run on them. */
function metadataOn(writer: Db, reader: Db): Facts {
  return new Proxy({} as Facts, {
    get: (_, name: CommandName) => async (command: unknown) =>
      handle(name in READS ? reader : writer, { type: 'call', id: 0, name, command }),
  })
}

/** Runs every command, in every form that has statements of its own. */
async function useAll(metadata: Facts): Promise<void> {
  const tenant = new Tenant(metadata, 'account', seededRandom(1))
  await useUploads(tenant)
  await useAssemblies(tenant)
  await useObjects(tenant)
  const staged = await tenant.stored()
  const names = [staged.name]
  await metadata.extendSegments({ names, leaseUntil: NOW })
  await metadata.discardSegments({ names })
  await metadata.listGarbage({ now: NOW, limit: 10 })
  await metadata.forgetSegments({ names, now: NOW })
  await metadata.listLiveSegments({ after: '', limit: 10 })
  const [delivery] = await metadata.leaseDeliveries({ topics: ['a'], now: NOW, leaseUntil: NOW, limit: 10 })
  const { id } = delivery ?? assert.fail()
  await metadata.postponeDelivery({ id, nextAttemptAt: NOW })
  await metadata.settleDelivery({ id })
  await useTokens(metadata)
  await useTasks(metadata)
  await useSearches(metadata)
  await useBinsAndCopies(metadata)
  await useEntries(metadata)
}

async function useUploads(tenant: Tenant): Promise<void> {
  const { metadata } = tenant
  const upload = await tenant.beginWith('bytes')
  await tenant.attach({ bucket: upload.bucket, ref: upload.ref }, 1, await tenant.stored())
  await tenant.renew(upload, NOW + HOUR_MS)
  await tenant.listParts(upload)
  await metadata.listExtents({ blob: upload.blob, offset: 0, limit: 10 })
  await tenant.seal(upload)
  await metadata.listExtents({ blob: upload.blob, offset: 0, limit: 10 })
  await tenant.commit(upload)
  await tenant.commit(upload)
  await tenant.abort(await tenant.beginWith('bytes'))
  await tenant.fail(await tenant.beginWith('bytes'))
  await tenant.begin()
  await metadata.expireUploads({ now: NOW + HOUR_MS, limit: 10 })
  await metadata.forgetUploads({ before: NOW + HOUR_MS, limit: 10 })
}

async function useAssemblies(tenant: Tenant): Promise<void> {
  const { metadata, account } = tenant
  const upload = await tenant.begin()
  const assembly = await begin(tenant, upload, 1)
  await claim(tenant, { bucket: upload.bucket, ref: upload.ref }, 2)
  await tenant.attach(upload, 1, slotOf(assembly))
  await tenant.seal(upload)
  await metadata.listAssemblies({ blob: upload.blob })
  await metadata.findAssemblies({ names: [assembly.name] })
  await metadata.settleAssemblies({ account, upload, now: NOW })
  const aborted = await tenant.begin()
  await begin(tenant, aborted, 1)
  await tenant.abort(aborted)
}

async function useObjects(tenant: Tenant): Promise<void> {
  const put = { key: 'key', objectsMax: 10, deliveries: [tenant.delivery('a')] }
  const { id } = await tenant.put({ ...put, staged: tenant.inline('bytes') })
  await tenant.put({ ...put, deliveries: [], conflict: 'rename' })
  await tenant.update({ id }, { change: FIELDS })
  await tenant.hold({ id }, 1)
  await tenant.hold({ id }, -1)
  await tenant.usage()
  for (const kind of [null, 'audio']) {
    for (const status of [null, 'ready']) {
      for (const keyword of [null, 'song']) {
        for (const order of ['newest-first', 'oldest-first'] as const) {
          await tenant.list({ kind, status, keyword, order })
        }
      }
    }
  }
  await tenant.put({ ...put, deliveries: [], conflict: 'overwrite' })
  await tenant.delete({ bucket: 'bucket', key: 'key' })
}

import type { AccountId, BlobId, SegmentName } from '../../../core/ids.ts'
import type {
  FactRow,
  StoredTenantPart,
  TenantContent,
  TenantFacts,
  TenantTable,
} from '../../../core/ports/tenants.ts'
import { gatheredBy } from '../../gathered.ts'
import { type DigestColumns, hexOf, partDigestsOf } from '../../values.ts'
import { quoted, TENANT_COLUMNS } from './tables.ts'

/** All rows of a statement without values, as of one moment. */
export type Query = <Row>(sql: string) => AsyncIterable<Row>

/** Stands between the names of a way. No name has it. */
const STEP = '\u001f'

/** What an account has, read by `query`. `inline` is the expression for the bytes of parts `p` that are kept with the facts. */
export function tenantOf(query: Query, account: AccountId, inline: string): TenantFacts {
  const own = textOf(account)
  return {
    ways: async function* () {
      for (const sql of [waysOfObjects(own), waysOfFiles(own)])
        for await (const { blob, way } of query<{ blob: Uint8Array; way: string }>(sql))
          yield { blob: hexOf<BlobId>(blob), way: way.split(STEP) }
    },
    contents: () => contentsOf(query<PartRow>(partsOf(own, inline))),
    rows: (table) => query<FactRow>(rowsOf(table, own)),
  }
}

/** A text in SQL, for both stores. */
const textOf = (text: string): string => `'${text.replaceAll("'", "''")}'`

const realmsOf = (own: string): string => `SELECT id FROM realms WHERE account = ${own}`
const bucketsOf = (own: string): string => `SELECT id FROM buckets WHERE account = ${own}`
const volumesOf = (own: string): string => `SELECT id FROM volumes WHERE realm IN (${realmsOf(own)})`

/** Things in the bin that are there. */
const inBin = (own: string): string => `SELECT r.id FROM recycled r JOIN volumes v ON v.id = r.volume
  AND v.bin_generation = r.generation WHERE v.realm IN (${realmsOf(own)})`

/** Entries that are there: below a root, or in the bin. `way` begins with the library and the space. */
const entriesThere = (own: string): string => `WITH RECURSIVE there (id, way) AS (
    SELECT v.root, r.name || '${STEP}' || v.name FROM volumes v JOIN realms r ON r.id = v.realm WHERE r.account = ${own}
    UNION ALL
    SELECT b.entry, r.name || '${STEP}' || v.name || '.bin' || '${STEP}' || CAST(b.id AS text) || '${STEP}' || b.name
      FROM recycled b JOIN volumes v ON v.id = b.volume AND v.bin_generation = b.generation
      JOIN realms r ON r.id = v.realm WHERE r.account = ${own}
    UNION ALL
    SELECT e.id, t.way || '${STEP}' || e.name FROM there t JOIN entries e ON e.parent = t.id
  )`

const waysOfObjects = (own: string): string => `SELECT o.blob,
    CASE WHEN b.owner = '' THEN 'buckets' ELSE b.owner END || '${STEP}' || b.name || '${STEP}' || replace(o.key, '/', '${STEP}') AS way
  FROM objects o JOIN buckets b ON b.id = o.bucket WHERE b.account = ${own} AND o.blob IS NOT NULL`

const waysOfFiles = (own: string): string => `${entriesThere(own)}
  SELECT e.blob, t.way FROM there t JOIN entries e ON e.id = t.id WHERE e.blob IS NOT NULL`

const partsOf = (
  own: string,
  inline: string,
): string => `SELECT p.blob, p.number, p.segment, coalesce(p.place, 0) AS place, p.size, p.crc32,
    p.md5, p.sha256, p.crc64, p.sums, p.written_at, ${inline} AS inline
  FROM parts p WHERE p.blob IN (
    SELECT o.blob FROM objects o WHERE o.bucket IN (${bucketsOf(own)})
    UNION SELECT e.blob FROM entries e WHERE e.volume IN (${volumesOf(own)}))
  ORDER BY p.blob, p.number`

/** Whose rows of a table `t` are wanted. Entries are found from the roots and the bin: what is doomed is not there. */
const CONDITIONS: Readonly<Record<TenantTable, (own: string) => string>> = {
  realms: (own) => `t WHERE t.account = ${own} ORDER BY t.id`,
  volumes: (own) => `t WHERE t.realm IN (${realmsOf(own)}) ORDER BY t.id`,
  buckets: (own) => `t WHERE t.account = ${own} ORDER BY t.id`,
  quotas: (own) => `t WHERE t.realm IN (${realmsOf(own)}) ORDER BY t.id`,
  quota_volumes: (own) => `t WHERE t.volume IN (${volumesOf(own)}) ORDER BY t.volume`,
  objects: (own) => `t WHERE t.bucket IN (${bucketsOf(own)}) ORDER BY t.seq`,
  object_texts: (own) => `t WHERE t.bucket IN (${bucketsOf(own)}) ORDER BY t.object`,
  object_labels: (own) => `t WHERE t.bucket IN (${bucketsOf(own)}) ORDER BY t.object, t.label`,
  entries: () => `t JOIN there ON there.id = t.id`,
  recycled: (own) => `t WHERE t.id IN (${inBin(own)}) ORDER BY t.id`,
  fingerprints: (
    own,
  ) => `t WHERE t.blob IN (SELECT o.blob FROM objects o WHERE o.bucket IN (${bucketsOf(own)})
    UNION SELECT e.blob FROM entries e WHERE e.volume IN (${volumesOf(own)})) ORDER BY t.blob`,
}

function rowsOf(table: TenantTable, own: string): string {
  const columns = TENANT_COLUMNS[table].map((column) => `t.${quoted(column)}`).join(', ')
  const before = table === 'entries' ? entriesThere(own) : ''
  return `${before} SELECT ${columns} FROM ${table} ${CONDITIONS[table](own)}`
}

interface PartRow extends DigestColumns {
  readonly blob: Uint8Array
  readonly number: number
  readonly segment: Uint8Array
  readonly place: number
  readonly size: number
  readonly crc32: number
  readonly sums: string | null
  readonly written_at: number
  readonly inline: Uint8Array | null
}

async function* contentsOf(rows: AsyncIterable<PartRow>): AsyncGenerator<TenantContent> {
  for await (const { key, rows: parts } of gatheredBy(rows, ({ blob }) => hexOf<BlobId>(blob)))
    yield contentOf(key, parts.map(partOf))
}

const contentOf = (blob: BlobId, parts: readonly StoredTenantPart[]): TenantContent => ({
  ...{ blob, parts },
  size: parts.reduce((sum, { size }) => sum + size, 0),
})

const partOf = (row: PartRow): StoredTenantPart => ({
  ...{
    number: row.number,
    size: row.size,
    crc32: row.crc32,
    digests: partDigestsOf(row),
    writtenAt: row.written_at,
  },
  ...{ segment: hexOf<SegmentName>(row.segment), place: row.place, inline: row.inline },
})

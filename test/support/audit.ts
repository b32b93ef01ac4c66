import type { SegmentName } from '../../src/core/ids.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import type { Engine } from '../../src/server.ts'

/** What an audit of the stores found. */
export interface AuditReport {
  /** Segments that something visible or underway points to. */
  readonly live: number
  /** Live segments whose bytes are not there: data is lost. */
  readonly missing: readonly SegmentName[]
  /** Stored segments that nothing points to (yet, or any more): the sweep's work, or uploads in flight. */
  readonly unreferenced: readonly SegmentName[]
}

const PAGE = 1000

/**
 * Compares the segments that facts point to with those that are stored. Both may change meanwhile: a segment that is
 * attached or swept between the two looks does not count as missing. Errors: those of the stores.
 */
export async function audit(
  metadata: Facts,
  listStored: () => Promise<Iterable<SegmentName>>,
): Promise<AuditReport> {
  const first = await compare(metadata, await listStored())
  if (first.missing.length === 0) return first
  // A segment that is live at both looks had to have its bytes in between.
  const before = new Set(first.missing)
  const second = await compare(metadata, await listStored())
  return { ...second, missing: second.missing.filter((name) => before.has(name)) }
}

async function compare(metadata: Facts, stored: Iterable<SegmentName>): Promise<AuditReport> {
  const unreferenced = new Set(stored)
  const missing: SegmentName[] = []
  let live = 0
  for (let after = ''; ; ) {
    const page = await metadata.listLiveSegments({ after, limit: PAGE })
    for (const name of page) if (!unreferenced.delete(name)) missing.push(name)
    live += page.length
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return { live, missing, unreferenced: [...unreferenced] }
    after = last
  }
}

/** As `audit`, of a running server's stores. */
export const auditOf = ({
  facts,
  storedSegments,
}: Pick<Engine, 'facts' | 'storedSegments'>): Promise<AuditReport> => audit(facts, storedSegments)

import type { SegmentName } from '../ids.ts'
import type { BlobInventory } from '../ports/blobs.ts'
import type { FactsChecker } from '../ports/facts-checker.ts'
import type { Finding } from './findings.ts'
import { RECHECK_MS } from './recheck.ts'

interface OrphanPorts {
  readonly checker: FactsChecker
  readonly blobs: BlobInventory
  readonly wait: (ms: number) => Promise<void>
}

/** What operating systems put where a disk begins. */
const SYSTEMS_OWN: readonly string[] = ['lost+found']

/**
 * Stored bytes that the facts know nothing of. A name is in the facts before its bytes come, as long as they are there, and never comes
 * again: uploads that go on, landings, assemblies and garbage are known. What is swept between two looks is gone at the second.
 */
export async function* findOrphans(ports: OrphanPorts, signal: AbortSignal): AsyncGenerator<Finding> {
  const { blobs } = ports
  for await (const { segments, others } of blobs.list()) {
    signal.throwIfAborted()
    for (const path of others) {
      if (!SYSTEMS_OWN.includes(path)) yield { problem: 'unknown-file', path: `blobs/${path}` }
    }
    const unknown = await unknownOf(ports, segments)
    if (unknown.length === 0) continue
    await ports.wait(RECHECK_MS)
    for (const segment of await unknownOf(ports, unknown)) {
      const size = await blobs.sizeOf(segment)
      if (size !== null) yield { problem: 'orphan', segment, size }
    }
  }
}

async function unknownOf(
  { checker }: OrphanPorts,
  segments: readonly SegmentName[],
): Promise<readonly SegmentName[]> {
  if (segments.length === 0) return []
  const known = new Set(await checker.findSegments({ names: segments }))
  return segments.filter((name) => !known.has(name))
}

import { auditOf } from '../../test/support/audit.ts'
import { MovableClock, startTestServer } from '../../test/support/harness.ts'
import type { Nodes } from '../nodes.ts'
import type { Run } from '../proof.ts'

/** Longer than a write may take that nobody has renewed: what a killed node was writing is garbage then. */
const LEASES_OVER_MS = 31 * 60_000

/** Longer than a name is kept whose bytes may come from an S3 store after they were removed for the first time. */
const LATE_MS = 2 * 3_600_000

/**
 * Sweeps stores whose nodes are all dead, as a node does when their leases are over, and tells what is there without a fact that
 * points to it, and what is not there. The server runs in this process, since its clock is to be ahead.
 */
export async function auditStores(run: Run, nodes: Nodes): Promise<void> {
  await nodes.killAll()
  const clock = new MovableClock()
  const server = await startTestServer({ dataDir: nodes.dataDirOf(0), clock, settings: nodes.settings })
  try {
    clock.advance(LEASES_OVER_MS)
    await server.jobs.runAll()
    await server.jobs.runAll()
    const first = await auditOf(server.engine)
    if (first.unreferenced.length > 0) {
      // The store was still writing what a killed node had sent: it goes with its name.
      run.count('bytes that came after the first sweep', first.unreferenced.length)
      clock.advance(LATE_MS)
      await server.jobs.runAll()
      await server.jobs.runAll()
    }
    const { live, missing, unreferenced } = await auditOf(server.engine)
    run.count('audits')
    if (missing.length > 0) run.fail('bytes are missing', { live, missing })
    if (unreferenced.length > 0) run.fail('bytes are left over after the sweep', { live, unreferenced })
  } finally {
    await server.stop()
  }
}

import type { Nodes } from '../nodes.ts'
import type { Run } from '../proof.ts'

/** Whether the first node's process is there. */
export function isAlive(nodes: Nodes): boolean {
  try {
    process.kill(nodes.pidOf(0), 0)
    return true
  } catch {
    return false
  }
}

/** Starts the node again where it has ended by itself, as a supervisor does; it may do so where only a start helps. */
export async function supervise(run: Run, nodes: Nodes): Promise<void> {
  if (isAlive(nodes)) return
  run.count('servers that ended by themselves, and were started again')
  await restart(nodes)
}

/** Ends the node by SIGKILL and starts it. */
export async function restart(nodes: Nodes): Promise<void> {
  await nodes.kill(0)
  await nodes.start(0)
}

import type { Nodes } from '../nodes.ts'
import type { Run } from '../proof.ts'
import type { Clients } from './clients.ts'

/** Faults between two looks at all files. */
const LOOK_EVERY = 6

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
async function supervise(run: Run, nodes: Nodes): Promise<void> {
  if (isAlive(nodes)) return
  run.count('servers that ended by themselves, and were started again')
  await restart(nodes)
}

/** Ends the node by SIGKILL and starts it. */
export async function restart(nodes: Nodes): Promise<void> {
  await nodes.kill(0)
  await nodes.start(0)
}

/** A fault that was played. */
interface Played {
  readonly name: string
  /** So many were played with it, of so many. */
  readonly done: number
  readonly of: number
  /** Of what, for people. */
  readonly where: string
}

/** Requires that all works again after a fault; after some faults, and the last one, that every file is as it was told, on a fresh start. */
export async function requireWell(
  run: Run,
  nodes: Nodes,
  clients: Clients,
  { name, done, of, where }: Played,
): Promise<void> {
  await supervise(run, nodes)
  await clients.requireRecovery(name)
  if (done % LOOK_EVERY !== 0 && done < of) return
  await restart(nodes)
  await clients.checkAll(name)
  run.say(`${done} of ${of} faults of ${where}`)
}

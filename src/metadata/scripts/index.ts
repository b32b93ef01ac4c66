import type { Assemblies } from '../../core/assemblies/ports.ts'
import type { Facts } from '../../core/facts.ts'
import type { Tasks, Tokens, Trees } from '../../core/trees/ports.ts'
import { claimSlot, findAssemblies, listAssemblies, settleAssemblies } from './assemblies.ts'
import type { Script } from './script.ts'
import { UNWRITTEN_READS, UNWRITTEN_WRITES } from './unwritten.ts'

type Port = Assemblies & Trees & Tokens & Tasks
/** Commands that are scripts; `commitFile` stands on each store's own uploads. */
export type ScriptName = Exclude<keyof Port, 'commitFile'>
export type ScriptOf<Name extends ScriptName> = (
  command: Parameters<Facts[Name]>[0],
) => Script<Awaited<ReturnType<Facts[Name]>>>
type Scripts<Name extends ScriptName> = { readonly [N in Name]: ScriptOf<N> }

/** Only read. */
export const READ_SCRIPTS = {
  listAssemblies,
  findAssemblies,
  ...UNWRITTEN_READS,
} satisfies Partial<Scripts<ScriptName>>

/** Write, and answer a second time as the first, so that a lost COMMIT costs nothing. */
export const REPEATABLE_SCRIPTS = { claimSlot, settleAssemblies } satisfies Partial<Scripts<ScriptName>>

/** Write; a second time would be another one. */
export const WRITE_SCRIPTS = { ...UNWRITTEN_WRITES } satisfies Partial<Scripts<ScriptName>>

import type { AssemblyCommands } from '../../core/ports/commands/assemblies.ts'
import type { TaskCommands } from '../../core/ports/commands/tasks.ts'
import type { TokenCommands } from '../../core/ports/commands/tokens.ts'
import type { TreeCommands } from '../../core/ports/commands/trees.ts'
import type { Facts } from '../../core/ports/facts.ts'
import { claimSlot, findAssemblies, listAssemblies, settleAssemblies } from './assemblies.ts'
import type { Script } from './script.ts'
import * as tasks from './tasks.ts'
import * as tokens from './tokens.ts'
import * as bin from './trees/bin.ts'
import { copyDirectory } from './trees/copies.ts'
import * as copies from './trees/copies-in-steps.ts'
import * as entries from './trees/entries.ts'
import * as files from './trees/files.ts'
import * as fingerprints from './trees/fingerprints.ts'
import * as list from './trees/list.ts'
import { listFiles } from './trees/list-files.ts'
import * as move from './trees/move.ts'
import * as quotas from './trees/quotas.ts'
import * as remove from './trees/remove.ts'
import * as usage from './trees/usage.ts'
import * as volumes from './trees/volumes.ts'

type Port = AssemblyCommands & TreeCommands & TokenCommands & TaskCommands
/** Commands that are scripts; `commitFile` stands on each store's own uploads. */
export type ScriptName = Exclude<keyof Port, 'commitFile'>
export type CommandOf<Name extends ScriptName> = Parameters<Facts[Name]>[0]
export type ScriptOf<Name extends ScriptName> = (
  command: Parameters<Facts[Name]>[0],
) => Script<Awaited<ReturnType<Facts[Name]>>>
type Scripts<Name extends ScriptName> = { readonly [N in Name]: ScriptOf<N> }

/** Only read. */
export const READ_SCRIPTS = {
  listAssemblies,
  findAssemblies,
  findVolume: volumes.findVolume,
  listVolumes: volumes.listVolumes,
  countVolumes: volumes.countVolumes,
  findEntry: entries.findEntry,
  listEntries: list.listEntries,
  listFiles,
  measureDirectory: usage.measureDirectory,
  volumeUsage: usage.volumeUsage,
  realmBytes: usage.realmBytes,
  realmSettings: usage.realmSettings,
  listRecycled: bin.listRecycled,
  findRecycled: bin.findRecycled,
  findQuota: quotas.findQuota,
  roomOf: quotas.roomOf,
  filesOfSize: fingerprints.filesOfSize,
  findToken: tokens.findToken,
  findTasks: tasks.findTasks,
} satisfies Partial<Scripts<ScriptName>>

/** Write, and answer a second time as the first, so that a lost COMMIT costs nothing. */
export const REPEATABLE_SCRIPTS = {
  claimSlot,
  settleAssemblies,
  updateVolume: volumes.updateVolume,
  beginCopy: copies.beginCopy,
  continueCopy: copies.continueCopy,
  setRealmSettings: usage.setRealmSettings,
  updateQuota: quotas.updateQuota,
  setFingerprint: fingerprints.setFingerprint,
  createToken: tokens.createToken,
  renewToken: tokens.renewToken,
  deleteToken: tokens.deleteToken,
  saveTask: tasks.saveTask,
  finishTask: tasks.finishTask,
} satisfies Partial<Scripts<ScriptName>>

/** Write; a second time would be another one. */
export const WRITE_SCRIPTS = {
  createVolume: volumes.createVolume,
  deleteVolume: volumes.deleteVolume,
  makeDirectory: entries.makeDirectory,
  updateEntry: entries.updateEntry,
  putEntry: files.putEntry,
  moveEntry: move.moveEntry,
  removeEntry: remove.removeEntry,
  removeDoomed: copies.removeDoomed,
  copyDirectory,
  restoreRecycled: bin.restoreRecycled,
  removeRecycled: bin.removeRecycled,
  emptyBin: bin.emptyBin,
  expireRecycled: bin.expireRecycled,
  createQuota: quotas.createQuota,
  deleteTokens: tokens.deleteTokens,
  expireTokens: tokens.expireTokens,
  addTask: tasks.addTask,
  leaseTasks: tasks.leaseTasks,
  postponeTask: tasks.postponeTask,
  forgetTasks: tasks.forgetTasks,
} satisfies Partial<Scripts<ScriptName>>

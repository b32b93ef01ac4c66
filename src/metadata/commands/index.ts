import type { Facts } from '../../core/ports/facts.ts'
import * as keys from './account-keys.ts'
import * as accounts from './accounts.ts'
import * as answers from './answers.ts'
import * as appending from './appending.ts'
import { claimSlot, findAssemblies, listAssemblies, settleAssemblies } from './assemblies.ts'
import { setBlocks } from './blocks.ts'
import { usage as bucketUsage } from './bucket-counts.ts'
import * as buckets from './buckets.ts'
import { searchObjects } from './catalog.ts'
import type { Command, CommandName, CommandOf, Growth, ScriptOf } from './command.ts'
import { commitUpload } from './commit.ts'
import { databaseTime, findScrub, leaseJob, registerBlobs, saveScrub } from './coordination.ts'
import * as credentials from './credentials.ts'
import * as damages from './damages.ts'
import * as deliveries from './deliveries.ts'
import { listExtents } from './extents.ts'
import { gatherUploads } from './gathering.ts'
import { listBriefs } from './list-briefs.ts'
import { listKeys } from './list-keys.ts'
import { listObjects } from './list-objects.ts'
import { listUploads } from './list-uploads.ts'
import * as objects from './objects.ts'
import * as segments from './segments.ts'
import { listStoredParts } from './stored-parts.ts'
import * as tasks from './tasks.ts'
import * as tokens from './tokens.ts'
import { indexEntries } from './tree-search/index-entries.ts'
import * as searches from './tree-search/kept.ts'
import { searchEntries } from './tree-search/search.ts'
import * as bin from './trees/bin.ts'
import { copyDirectory } from './trees/copies.ts'
import * as copies from './trees/copies-in-steps.ts'
import * as entries from './trees/entries.ts'
import { putEntry } from './trees/files.ts'
import * as fingerprints from './trees/fingerprints.ts'
import { holdEntry } from './trees/holds.ts'
import { listEntries } from './trees/list.ts'
import { listFiles } from './trees/list-files.ts'
import { moveEntry } from './trees/move.ts'
import * as quotas from './trees/quotas.ts'
import { removeEntry } from './trees/remove.ts'
import * as usage from './trees/usage.ts'
import * as volumes from './trees/volumes.ts'
import * as uploads from './uploads.ts'

const read = <OneScript>(script: OneScript) => ({ kind: 'read', script }) as const
const lookUp = <OneScript>(script: OneScript) => ({ kind: 'read', isLookUp: true, script }) as const
/** A look-up where few rows are asked for: to hand more to another thread and back costs as much as to read them. */
const lookUpOf = <OneScript>(script: OneScript, rowsMax: number) => {
  const isLookUp = ({ limit }: { readonly limit: number }) => limit <= rowsMax
  return { kind: 'read', isLookUp, script } as const
}
const write = <OneScript, OneGrowth>(script: OneScript, growth: OneGrowth) =>
  ({ kind: 'write', script, growth }) as const
const repeatable = <OneScript, OneGrowth>(script: OneScript, growth: OneGrowth) =>
  ({ kind: 'repeatable', script, growth }) as const

/** A change that takes bytes or an upload away frees room. */
const growthOfUpdate = ({ dropsContent, ends }: CommandOf<'updateObject'>): Growth =>
  dropsContent === true || ends !== undefined ? 'always' : 'grows'

const growthOfChange = ({ change }: CommandOf<'changeOnce'>): Growth => {
  if (change.name === 'deleteObject') return 'always'
  return change.name === 'updateObject' ? growthOfUpdate(change.command) : 'grows'
}

const growthOfTask = ({ frees }: CommandOf<'addTask'>): Growth => (frees === true ? 'needed' : 'grows')

/** Every command of the port of facts, once. What operators alone do, and what a start needs, is always done. */
export const COMMANDS: { readonly [Name in CommandName]: Command<Name> } = {
  beginUpload: repeatable(uploads.beginUpload, 'grows'),
  attachPart: repeatable(uploads.attachPart, 'grows'),
  appendPart: repeatable(appending.appendPart, 'grows'),
  joinParts: repeatable(appending.joinParts, 'grows'),
  gatherUploads: write(gatherUploads, 'grows'),
  findOffset: read(appending.findOffset),
  renewUpload: write(uploads.renewUpload, 'always'),
  describeUpload: write(uploads.describeUpload, 'grows'),
  sealUpload: repeatable(uploads.sealUpload, 'always'),
  commitUpload: repeatable(commitUpload, 'grows'),
  abortUpload: repeatable(uploads.abortUpload, 'always'),
  failUpload: repeatable(uploads.failUpload, 'always'),
  expireUploads: write(uploads.expireUploads, 'always'),
  forgetUploads: write(uploads.forgetUploads, 'always'),
  findUpload: lookUp(uploads.findUpload),
  listUploads: read(listUploads),
  listParts: lookUpOf(uploads.listParts, 1000),
  listStoredParts: lookUpOf(listStoredParts, 1000),
  listExtents: lookUp(listExtents),

  putObject: write(objects.putObject, 'grows'),
  updateObject: write(objects.updateObject, growthOfUpdate),
  deleteObject: write(objects.deleteObject, 'always'),
  holdObject: write(objects.holdObject, 'always'),
  findObject: lookUp(objects.findObject),
  listObjects: read(listObjects),
  listBriefs: read(listBriefs),
  usage: read(bucketUsage),
  searchObjects: read(searchObjects),

  createBucket: write(buckets.createBucket, 'grows'),
  findBucket: lookUp(buckets.findBucket),
  findPublicBucket: lookUp(buckets.findPublicBucket),
  listBuckets: read(buckets.listBuckets),
  updateBucket: write(buckets.updateBucket, 'grows'),
  deleteBucket: write(buckets.deleteBucket, 'always'),
  listKeys: read(listKeys),

  claimSlot: repeatable(claimSlot, 'grows'),
  listAssemblies: read(listAssemblies),
  settleAssemblies: repeatable(settleAssemblies, 'always'),
  findAssemblies: read(findAssemblies),

  reserveSegments: repeatable(segments.reserveSegments, 'grows'),
  extendSegments: repeatable(segments.extendSegments, 'always'),
  discardSegments: repeatable(segments.discardSegments, 'always'),
  listGarbage: repeatable(segments.listGarbage, 'always'),
  forgetSegments: repeatable(segments.forgetSegments, 'always'),
  listLiveSegments: read(segments.listLiveSegments),

  setBlocks: write(setBlocks, 'grows'),
  recordDamage: repeatable(damages.recordDamage, 'needed'),
  listDamages: read(damages.listDamages),
  forgetDamages: repeatable(damages.forgetDamages, 'always'),

  leaseDeliveries: write(deliveries.leaseDeliveries, 'always'),
  settleDelivery: repeatable(deliveries.settleDelivery, 'always'),
  postponeDelivery: write(deliveries.postponeDelivery, 'always'),
  leaseJob: repeatable(leaseJob, 'always'),
  registerBlobs: repeatable(registerBlobs, 'always'),
  findScrub: read(findScrub),
  saveScrub: repeatable(saveScrub, 'always'),
  databaseTime: read(databaseTime),

  createAccount: write(accounts.createAccount, 'always'),
  updateAccount: repeatable(accounts.updateAccount, 'always'),
  deleteAccount: write(accounts.deleteAccount, 'always'),
  readAccounts: read(accounts.readAccounts),
  accountsVersion: lookUp(accounts.accountsVersion),
  addKey: write(keys.addKey, 'always'),
  updateKey: repeatable(keys.updateKey, 'always'),
  deleteKey: write(keys.deleteKey, 'always'),
  addCredential: write(credentials.addCredential, 'always'),
  updateCredential: repeatable(credentials.updateCredential, 'always'),
  deleteCredential: write(credentials.deleteCredential, 'always'),
  registerSecretKey: repeatable(accounts.registerSecretKey, 'always'),

  createVolume: write(volumes.createVolume, 'grows'),
  findVolume: lookUp(volumes.findVolume),
  listVolumes: read(volumes.listVolumes),
  countVolumes: read(volumes.countVolumes),
  updateVolume: repeatable(volumes.updateVolume, 'grows'),
  deleteVolume: write(volumes.deleteVolume, 'always'),
  volumeUsage: read(usage.volumeUsage),
  realmBytes: read(usage.realmBytes),
  realmSettings: lookUp(usage.realmSettings),
  setRealmSettings: repeatable(usage.setRealmSettings, 'grows'),
  findEntry: lookUp(entries.findEntry),
  listEntries: lookUpOf(listEntries, 100),
  listFiles: read(listFiles),
  measureDirectory: read(usage.measureDirectory),
  makeDirectory: write(entries.makeDirectory, 'grows'),
  updateEntry: write(entries.updateEntry, 'grows'),
  holdEntry: write(holdEntry, 'always'),
  putEntry: write(putEntry, 'grows'),
  moveEntry: write(moveEntry, 'grows'),
  copyDirectory: write(copyDirectory, 'grows'),
  beginCopy: repeatable(copies.beginCopy, 'grows'),
  continueCopy: repeatable(copies.continueCopy, 'grows'),
  removeEntry: write(removeEntry, 'always'),
  removeDoomed: write(copies.removeDoomed, 'always'),
  listRecycled: read(bin.listRecycled),
  findRecycled: read(bin.findRecycled),
  restoreRecycled: write(bin.restoreRecycled, 'grows'),
  removeRecycled: write(bin.removeRecycled, 'always'),
  emptyBin: write(bin.emptyBin, 'always'),
  expireRecycled: write(bin.expireRecycled, 'always'),
  createQuota: write(quotas.createQuota, 'grows'),
  findQuota: read(quotas.findQuota),
  updateQuota: repeatable(quotas.updateQuota, 'grows'),
  roomOf: lookUp(quotas.roomOf),
  filesOfSize: read(fingerprints.filesOfSize),
  setFingerprint: repeatable(fingerprints.setFingerprint, 'grows'),
  searchEntries: read(searchEntries),
  indexEntries: write(indexEntries, 'grows'),
  saveSearch: repeatable(searches.saveSearch, 'grows'),
  findSearch: read(searches.findSearch),
  deleteSearch: write(searches.deleteSearch, 'always'),
  expireSearches: write(searches.expireSearches, 'always'),

  createToken: repeatable(tokens.createToken, 'needed'),
  findToken: lookUp(tokens.findToken),
  renewToken: repeatable(tokens.renewToken, 'always'),
  deleteToken: repeatable(tokens.deleteToken, 'always'),
  deleteTokens: write(tokens.deleteTokens, 'always'),
  expireTokens: write(tokens.expireTokens, 'always'),

  findAnswer: read(answers.findAnswer),
  rememberAnswer: repeatable(answers.rememberAnswer, 'grows'),
  changeOnce: write(answers.changeOnce, growthOfChange),
  expireAnswers: write(answers.expireAnswers, 'always'),

  addTask: write(tasks.addTask, growthOfTask),
  findTasks: read(tasks.findTasks),
  leaseTasks: write(tasks.leaseTasks, 'always'),
  saveTask: repeatable(tasks.saveTask, 'always'),
  postponeTask: write(tasks.postponeTask, 'always'),
  finishTask: repeatable(tasks.finishTask, 'always'),
  forgetTasks: write(tasks.forgetTasks, 'always'),
}

/** Runs one command in a store's own way. */
export type Run = (name: CommandName, command: never) => Promise<unknown>

/** The port of facts whose commands are all run by `run`. */
export function factsOf(run: Run, close: () => Promise<void>): Facts {
  const names = Object.keys(COMMANDS) as CommandName[]
  const methods = names.map((name) => [name, (command: never) => run(name, command)])
  return { ...(Object.fromEntries(methods) as Omit<Facts, 'close'>), close }
}

/** The script of any command; the name and the command belong together. */
export function scriptOf(name: CommandName, command: never): ReturnType<ScriptOf<CommandName>> {
  const script: (command: never) => ReturnType<ScriptOf<CommandName>> = COMMANDS[name].script
  return script(command)
}

/** Whether a command is answered by a few rows that are found by their keys. */
export function isLookUp<Name extends CommandName>(name: Name, command: CommandOf<Name>): boolean {
  const entry: Command<Name> = COMMANDS[name]
  if (entry.kind !== 'read' || entry.isLookUp === undefined) return false
  return entry.isLookUp === true || entry.isLookUp(command)
}

/** Whether a command may be done while the disk is nearly full. */
export function growthOf<Name extends CommandName>(name: Name, command: CommandOf<Name>): Growth {
  const entry: Command<Name> = COMMANDS[name]
  if (entry.kind === 'read') return 'always'
  return typeof entry.growth === 'function' ? entry.growth(command) : entry.growth
}

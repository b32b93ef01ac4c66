import type { Facts } from '../../core/ports/facts.ts'
import * as keys from './account-keys.ts'
import * as accounts from './accounts.ts'
import * as answers from './answers.ts'
import { claimSlot, findAssemblies, listAssemblies, settleAssemblies } from './assemblies.ts'
import { usage as bucketUsage } from './bucket-counts.ts'
import * as buckets from './buckets.ts'
import { searchObjects } from './catalog.ts'
import type { Command, CommandKind, CommandName, ScriptOf } from './command.ts'
import { commitUpload } from './commit.ts'
import { leaseJob, registerBlobs } from './coordination.ts'
import * as credentials from './credentials.ts'
import * as deliveries from './deliveries.ts'
import { listExtents } from './extents.ts'
import { listBriefs } from './list-briefs.ts'
import { listKeys } from './list-keys.ts'
import { listObjects } from './list-objects.ts'
import * as objects from './objects.ts'
import * as segments from './segments.ts'
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

const of =
  (kind: CommandKind) =>
  <OneScript>(script: OneScript) =>
    ({ kind, script }) as const
const [read, write, repeatable] = [of('read'), of('write'), of('repeatable')]

/** Every command of the port of facts, once. */
export const COMMANDS: { readonly [Name in CommandName]: Command<Name> } = {
  beginUpload: repeatable(uploads.beginUpload),
  attachPart: repeatable(uploads.attachPart),
  renewUpload: write(uploads.renewUpload),
  sealUpload: repeatable(uploads.sealUpload),
  commitUpload: repeatable(commitUpload),
  abortUpload: repeatable(uploads.abortUpload),
  failUpload: repeatable(uploads.failUpload),
  expireUploads: write(uploads.expireUploads),
  forgetUploads: write(uploads.forgetUploads),
  findUpload: read(uploads.findUpload),
  listParts: read(uploads.listParts),
  listExtents: read(listExtents),

  putObject: write(objects.putObject),
  updateObject: write(objects.updateObject),
  deleteObject: write(objects.deleteObject),
  holdObject: write(objects.holdObject),
  findObject: read(objects.findObject),
  listObjects: read(listObjects),
  listBriefs: read(listBriefs),
  usage: read(bucketUsage),
  searchObjects: read(searchObjects),

  createBucket: write(buckets.createBucket),
  findBucket: read(buckets.findBucket),
  listBuckets: read(buckets.listBuckets),
  updateBucket: write(buckets.updateBucket),
  deleteBucket: write(buckets.deleteBucket),
  listKeys: read(listKeys),

  claimSlot: repeatable(claimSlot),
  listAssemblies: read(listAssemblies),
  settleAssemblies: repeatable(settleAssemblies),
  findAssemblies: read(findAssemblies),

  reserveSegments: repeatable(segments.reserveSegments),
  extendSegments: repeatable(segments.extendSegments),
  discardSegments: write(segments.discardSegments),
  listGarbage: repeatable(segments.listGarbage),
  forgetSegments: repeatable(segments.forgetSegments),
  listLiveSegments: read(segments.listLiveSegments),

  leaseDeliveries: write(deliveries.leaseDeliveries),
  settleDelivery: repeatable(deliveries.settleDelivery),
  postponeDelivery: write(deliveries.postponeDelivery),
  leaseJob: repeatable(leaseJob),
  registerBlobs: repeatable(registerBlobs),

  createAccount: write(accounts.createAccount),
  updateAccount: repeatable(accounts.updateAccount),
  deleteAccount: write(accounts.deleteAccount),
  readAccounts: read(accounts.readAccounts),
  accountsVersion: read(accounts.accountsVersion),
  addKey: write(keys.addKey),
  updateKey: repeatable(keys.updateKey),
  deleteKey: write(keys.deleteKey),
  addCredential: write(credentials.addCredential),
  updateCredential: repeatable(credentials.updateCredential),
  deleteCredential: write(credentials.deleteCredential),
  registerSecretKey: repeatable(accounts.registerSecretKey),

  createVolume: write(volumes.createVolume),
  findVolume: read(volumes.findVolume),
  listVolumes: read(volumes.listVolumes),
  countVolumes: read(volumes.countVolumes),
  updateVolume: repeatable(volumes.updateVolume),
  deleteVolume: write(volumes.deleteVolume),
  volumeUsage: read(usage.volumeUsage),
  realmBytes: read(usage.realmBytes),
  realmSettings: read(usage.realmSettings),
  setRealmSettings: repeatable(usage.setRealmSettings),
  findEntry: read(entries.findEntry),
  listEntries: read(listEntries),
  listFiles: read(listFiles),
  measureDirectory: read(usage.measureDirectory),
  makeDirectory: write(entries.makeDirectory),
  updateEntry: write(entries.updateEntry),
  holdEntry: write(holdEntry),
  putEntry: write(putEntry),
  moveEntry: write(moveEntry),
  copyDirectory: write(copyDirectory),
  beginCopy: repeatable(copies.beginCopy),
  continueCopy: repeatable(copies.continueCopy),
  removeEntry: write(removeEntry),
  removeDoomed: write(copies.removeDoomed),
  listRecycled: read(bin.listRecycled),
  findRecycled: read(bin.findRecycled),
  restoreRecycled: write(bin.restoreRecycled),
  removeRecycled: write(bin.removeRecycled),
  emptyBin: write(bin.emptyBin),
  expireRecycled: write(bin.expireRecycled),
  createQuota: write(quotas.createQuota),
  findQuota: read(quotas.findQuota),
  updateQuota: repeatable(quotas.updateQuota),
  roomOf: read(quotas.roomOf),
  filesOfSize: read(fingerprints.filesOfSize),
  setFingerprint: repeatable(fingerprints.setFingerprint),
  searchEntries: read(searchEntries),
  indexEntries: write(indexEntries),
  saveSearch: repeatable(searches.saveSearch),
  findSearch: read(searches.findSearch),
  deleteSearch: write(searches.deleteSearch),
  expireSearches: write(searches.expireSearches),

  createToken: repeatable(tokens.createToken),
  findToken: read(tokens.findToken),
  renewToken: repeatable(tokens.renewToken),
  deleteToken: repeatable(tokens.deleteToken),
  deleteTokens: write(tokens.deleteTokens),
  expireTokens: write(tokens.expireTokens),

  findAnswer: read(answers.findAnswer),
  rememberAnswer: repeatable(answers.rememberAnswer),
  changeOnce: write(answers.changeOnce),
  expireAnswers: write(answers.expireAnswers),

  addTask: write(tasks.addTask),
  findTasks: read(tasks.findTasks),
  leaseTasks: write(tasks.leaseTasks),
  saveTask: repeatable(tasks.saveTask),
  postponeTask: write(tasks.postponeTask),
  finishTask: repeatable(tasks.finishTask),
  forgetTasks: write(tasks.forgetTasks),
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

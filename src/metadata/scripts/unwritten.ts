import type { Script } from './script.ts'

/** Stands where a script is to be written. */
function* unwritten(): Script<never> {
  throw new Error('to be written')
}

export const UNWRITTEN_READS = {
  findVolume: unwritten,
  listVolumes: unwritten,
  countVolumes: unwritten,
  volumeUsage: unwritten,
  realmBytes: unwritten,
  realmSettings: unwritten,
  findEntry: unwritten,
  listEntries: unwritten,
  listFiles: unwritten,
  measureDirectory: unwritten,
  listRecycled: unwritten,
  findRecycled: unwritten,
  findQuota: unwritten,
  roomOf: unwritten,
  filesOfSize: unwritten,
} as const

export const UNWRITTEN_WRITES = {
  createVolume: unwritten,
  updateVolume: unwritten,
  deleteVolume: unwritten,
  setRealmSettings: unwritten,
  makeDirectory: unwritten,
  updateEntry: unwritten,
  putEntry: unwritten,
  moveEntry: unwritten,
  copyDirectory: unwritten,
  beginCopy: unwritten,
  continueCopy: unwritten,
  removeEntry: unwritten,
  removeDoomed: unwritten,
  restoreRecycled: unwritten,
  removeRecycled: unwritten,
  emptyBin: unwritten,
  expireRecycled: unwritten,
  createQuota: unwritten,
  updateQuota: unwritten,
  setFingerprint: unwritten,
} as const

import type { Script } from './script.ts'

/** Stands where a script is to be written. */
function* unwritten(): Script<never> {
  throw new Error('to be written')
}

export const UNWRITTEN_READS = {
  volumeUsage: unwritten,
  realmBytes: unwritten,
  realmSettings: unwritten,
  listFiles: unwritten,
  measureDirectory: unwritten,
  listRecycled: unwritten,
  findRecycled: unwritten,
  findQuota: unwritten,
  roomOf: unwritten,
  filesOfSize: unwritten,
} as const

export const UNWRITTEN_WRITES = {
  setRealmSettings: unwritten,
  copyDirectory: unwritten,
  beginCopy: unwritten,
  continueCopy: unwritten,
  restoreRecycled: unwritten,
  removeRecycled: unwritten,
  emptyBin: unwritten,
  expireRecycled: unwritten,
  createQuota: unwritten,
  updateQuota: unwritten,
  setFingerprint: unwritten,
} as const

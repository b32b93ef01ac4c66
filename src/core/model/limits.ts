/** What an account may use up. 0: no limit. Bytes are those that clients see, however often they are stored. */
export interface AccountLimits {
  /** Bytes of its objects and files, with those of its uploads that go on. */
  readonly storedBytes: number
  /** Bytes of uploads that go on: as many as were named at the beginning, or as came. */
  readonly pendingBytes: number
  /** Uploads that were begun and are not over. */
  readonly openUploads: number
  /** Objects in buckets, whatever they stand for. */
  readonly objects: number
  /** Directories, files and links in trees. */
  readonly entries: number
  /** Trees. */
  readonly volumes: number
  /** Access tokens whose time is not over. */
  readonly tokens: number
  /** Of one user: the one that was unused for longest makes way. */
  readonly tokensPerUser: number
  /** Tasks that are not done yet. */
  readonly tasks: number
}

/** Those of an account that has none of its own. They are beyond what honest clients need. */
export const DEFAULT_LIMITS: AccountLimits = {
  storedBytes: 0,
  pendingBytes: 0,
  openUploads: 100_000,
  objects: 10_000_000,
  entries: 10_000_000,
  volumes: 1_000_000,
  tokens: 1_000_000,
  tokensPerUser: 10_000,
  tasks: 10_000,
}

import type { BinCommands } from './bin.ts'
import type { CopyCommands } from './copies.ts'
import type { EntryCommands } from './entries.ts'
import type { FingerprintCommands } from './fingerprints.ts'
import type { QuotaCommands } from './quotas.ts'
import type { TreeSearchCommands } from './tree-search.ts'
import type { VolumeCommands } from './volumes.ts'

/**
 * Trees of directories and files. A command whose volume is not there fails with `volume-not-found`; other errors are named.
 * The policy `rename` makes `name (1).ext`, or `name (1)` of a directory, and so on. It fails with `rename-exhausted` if no
 * number is left. `quota-exceeded` has `detail.limit` = `bytes`.
 */
export interface TreeCommands
  extends VolumeCommands,
    EntryCommands,
    CopyCommands,
    BinCommands,
    QuotaCommands,
    FingerprintCommands,
    TreeSearchCommands {}

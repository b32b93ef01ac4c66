import type { AccountCommands } from './commands/accounts.ts'
import type { AnswerCommands } from './commands/answers.ts'
import type { AssemblyCommands } from './commands/assemblies.ts'
import type { BucketCommands } from './commands/buckets.ts'
import type { CatalogCommands } from './commands/catalog.ts'
import type { CommitCommands } from './commands/commits.ts'
import type { CoordinationCommands } from './commands/coordination.ts'
import type { DamageCommands } from './commands/damages.ts'
import type { DeliveryCommands } from './commands/deliveries.ts'
import type { ObjectCommands } from './commands/objects.ts'
import type { SegmentCommands } from './commands/segments.ts'
import type { TaskCommands } from './commands/tasks.ts'
import type { TokenCommands } from './commands/tokens.ts'
import type { TreeCommands } from './commands/trees.ts'
import type { UploadCommands } from './commands/uploads.ts'

/**
 * Where facts are kept: all commands of one store. Each command is one atomic, durable step: when it resolves, a power cut
 * cannot undo it. Every command can fail with `metadata-failed` or `unavailable`; other errors are named.
 */
export interface Facts
  extends UploadCommands,
    CommitCommands,
    ObjectCommands,
    BucketCommands,
    CatalogCommands,
    AssemblyCommands,
    SegmentCommands,
    DamageCommands,
    DeliveryCommands,
    CoordinationCommands,
    TaskCommands,
    TreeCommands,
    TokenCommands,
    AnswerCommands,
    AccountCommands {
  close(): Promise<void>
}

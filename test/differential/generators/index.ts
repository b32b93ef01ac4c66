import type { CommandName } from '../commands.ts'
import { accountGenerators } from './accounts.ts'
import { answerGenerators } from './answers.ts'
import { appendingGenerators } from './appending.ts'
import { binGenerators } from './bin.ts'
import { bucketGenerators } from './buckets.ts'
import { commitGenerators } from './commits.ts'
import { coordinationGenerators } from './coordination.ts'
import { damageGenerators } from './damages.ts'
import { entryGenerators } from './entries.ts'
import type { Generators } from './generator.ts'
import { moveGenerators } from './moves.ts'
import { objectGenerators } from './objects.ts'
import { partGenerators } from './parts.ts'
import { quotaGenerators } from './quotas.ts'
import { segmentGenerators } from './segments.ts'
import { taskGenerators } from './tasks.ts'
import { tokenGenerators } from './tokens.ts'
import { treeSearchGenerators } from './tree-search.ts'
import { uploadGenerators } from './uploads.ts'
import { volumeGenerators } from './volumes.ts'

/** For every command of the port: a new one does not compile before it has a generator. */
export const GENERATORS: Generators<CommandName> = {
  ...uploadGenerators,
  ...commitGenerators,
  ...partGenerators,
  ...appendingGenerators,
  ...segmentGenerators,
  ...damageGenerators,
  ...objectGenerators,
  ...bucketGenerators,
  ...coordinationGenerators,
  ...volumeGenerators,
  ...entryGenerators,
  ...moveGenerators,
  ...binGenerators,
  ...quotaGenerators,
  ...tokenGenerators,
  ...answerGenerators,
  ...taskGenerators,
  ...accountGenerators,
  ...treeSearchGenerators,
}

export const COMMAND_NAMES = Object.keys(GENERATORS) as CommandName[]

import type { Scenario } from '../frame/types.ts'
import { ceiling } from './ceiling.ts'
import { cluster } from './cluster.ts'
import { completes } from './completes.ts'
import { controlCalls } from './control-calls.ts'
import { largeUploads } from './large-uploads.ts'
import { lists } from './lists.ts'
import { oneDirectory } from './one-directory.ts'
import { parts } from './parts.ts'
import { reads } from './reads.ts'
import { slowClients } from './slow-clients.ts'
import { smallUploads } from './small-uploads.ts'
import { startUp } from './start-up.ts'
import { vodLists } from './vod-lists.ts'

/** All that is measured, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  ceiling,
  ...[smallUploads, largeUploads, parts, completes, reads, slowClients],
  ...[controlCalls, startUp, lists, vodLists, oneDirectory, cluster],
]

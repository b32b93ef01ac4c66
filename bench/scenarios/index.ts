import type { Scenario } from '../frame/types.ts'
import { largeUploads } from './large-uploads.ts'
import { reads } from './reads.ts'
import { smallUploads } from './small-uploads.ts'

/** All that is measured, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [smallUploads, largeUploads, reads]

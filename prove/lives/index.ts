import { IFLYTEK } from './iflytek.ts'
import type { Life } from './life.ts'
import { RESUMABLE } from './resumable.ts'
import { S3 } from './s3.ts'
import { SMH } from './smh.ts'
import { VMS } from './vms.ts'
import { VOD } from './vod.ts'

/** Whole lives of all dialects. */
export const LIVES: readonly Life[] = [...IFLYTEK, ...VMS, ...SMH, ...VOD, ...S3, ...RESUMABLE]

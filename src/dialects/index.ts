import type { Dialect } from './dialect.ts'
import { huaweiVod } from './huawei-vod/index.ts'
import { iflytekOst } from './iflytek-ost/index.ts'
import { resumable } from './resumable/index.ts'
import { s3 } from './s3/index.ts'
import { tencentSmh } from './tencent-smh/index.ts'
import { volcengineVms } from './volcengine-vms/index.ts'

/** Every dialect that there is, in the order in which options, keys and demonstrations are shown. */
export const DIALECTS: readonly Dialect[] = [iflytekOst, volcengineVms, tencentSmh, huaweiVod, s3, resumable]

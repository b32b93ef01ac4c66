import { bucketOperations } from './bucket.ts'
import { bucketLifeOperations } from './buckets.ts'
import { copyOperations } from './copy.ts'
import { deleteOperations } from './delete.ts'
import { formOperations } from './form.ts'
import { getOperations } from './get.ts'
import { listOperations } from './list.ts'
import { listUploadOperations } from './list-uploads.ts'
import type { Operation } from './operation.ts'
import { partOperations } from './parts.ts'
import { putOperations } from './put.ts'

/** Everything that the plane does. Of several that take a request the first one has it; those that take everything come last. */
export const OPERATION_TABLE: readonly Operation[] = [
  ...formOperations,
  ...bucketLifeOperations,
  ...listUploadOperations,
  ...listOperations,
  ...deleteOperations,
  ...bucketOperations,
  ...partOperations,
  ...getOperations,
  ...copyOperations,
  ...putOperations,
]

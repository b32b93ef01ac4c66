import { type BucketName, bucketName } from '../../../../src/core/model/buckets.ts'
import type { DialectContext } from '../../../../src/dialects/dialect.ts'
import type { Exchange, Reply } from '../../../../src/http/types.ts'
import type { Caller } from '../auth/authenticate.ts'
import type { FifthDialectOptions } from '../options.ts'

/** One authenticated call. */
export interface Call extends DialectContext<FifthDialectOptions> {
  readonly exchange: Exchange
  readonly caller: Caller
}

export type Handler = (call: Call) => Promise<Reply>

/** A box's files are its own. */
export const bucketOf = ({ box }: Pick<Caller, 'box'>): BucketName =>
  bucketName('fifth-dialect', `fifth-${box.id}`)

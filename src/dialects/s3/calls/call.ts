import type { DialectContext } from '../../dialect.ts'
import type { S3Options } from '../options.ts'

/** What every call is given. */
export type S3Context = DialectContext<S3Options>

import { boolean, integer } from '../../settings/kinds.ts'
import { option } from '../../settings/options.ts'
import type { ValuesOf } from '../../settings/setting.ts'

const GIB = 1024 ** 3
const YEAR_S = 366 * 24 * 3600

/** The `[iflytek_ost]` section of the configuration. */
export const OPTIONS = {
  acceptSliceZero: option('iflytek_ost.accept_slice_zero', boolean, false, 'take slice_id 0 as well'),
  /** The vendor compares nothing. */
  checkDigest: option('iflytek_ost.check_digest', boolean, false, 'compare the Digest header with the body'),
  sliceSizeMin: option(
    'iflytek_ost.slice_size_min_bytes',
    integer(0, 5 * GIB),
    5 * 1024 ** 2,
    'least bytes of every slice but the last',
  ),
  errorStatus: option(
    'iflytek_ost.error_status',
    integer(200, 599),
    200,
    'HTTP status of answers with a code',
  ),
  uploadTtlS: option(
    'iflytek_ost.upload_ttl_s',
    integer(1, YEAR_S),
    7 * 24 * 3600,
    'seconds an upload_id lives',
  ),
}

export type IflytekOstOptions = ValuesOf<typeof OPTIONS>

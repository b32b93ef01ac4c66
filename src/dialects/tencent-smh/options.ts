import { boolean, integer } from '../../settings/kinds.ts'
import { option } from '../../settings/options.ts'
import type { ValuesOf } from '../../settings/setting.ts'

const YEAR_S = 366 * 24 * 3600

/** The `[tencent_smh]` section of the configuration. */
export const OPTIONS = {
  credentialsTtlS: option(
    'tencent_smh.credentials_ttl_s',
    integer(60, YEAR_S),
    7200,
    'seconds that credentials for uploads, and links for downloads, live',
  ),
  uploadTtlS: option(
    'tencent_smh.upload_ttl_s',
    integer(600, YEAR_S),
    7 * 24 * 3600,
    'seconds that an upload waits for its confirm',
  ),
  recycleDays: option(
    'tencent_smh.recycle_days',
    integer(0, 10_000),
    0,
    'days that the recycle bin keeps things where the library sets none, 0 for ever',
  ),
  quickUpload: option(
    'tencent_smh.quick_upload',
    boolean,
    true,
    'take files that the library has already by their hashes',
  ),
}

export type TencentSmhOptions = ValuesOf<typeof OPTIONS>

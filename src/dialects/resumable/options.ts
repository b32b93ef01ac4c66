import { integer } from '../../settings/kinds.ts'
import { option } from '../../settings/options.ts'
import type { ValuesOf } from '../../settings/setting.ts'

const DAY_S = 86_400

/** The `[resumable]` section of the configuration. */
export const OPTIONS = {
  sizeMax: option(
    'resumable.size_max_bytes',
    integer(1, Number.MAX_SAFE_INTEGER),
    1024 ** 4,
    'most bytes of one upload',
  ),
  ttlS: option(
    'resumable.ttl_s',
    integer(60, 365 * DAY_S),
    7 * DAY_S,
    'seconds that an upload waits for its next bytes',
  ),
}

export type ResumableOptions = ValuesOf<typeof OPTIONS>

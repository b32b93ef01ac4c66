import { integer, text } from '../../../src/settings/kinds.ts'
import { option } from '../../../src/settings/options.ts'
import type { ValuesOf } from '../../../src/settings/setting.ts'

/** The `[fifth_dialect]` section of the configuration. */
export const OPTIONS = {
  sizeMax: option(
    'fifth_dialect.size_max_bytes',
    integer(1, 5 * 1024 ** 3),
    100 * 1024 ** 2,
    'most bytes of one file',
  ),
  greeting: option('fifth_dialect.greeting', text, 'thank you', 'what uploads are answered with'),
}

export type FifthDialectOptions = ValuesOf<typeof OPTIONS>

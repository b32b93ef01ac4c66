import { boolean, command, integer, type Kind, oneOf, textList } from '../../settings/kinds.ts'
import { option } from '../../settings/options.ts'
import type { ValuesOf } from '../../settings/setting.ts'
import type { DigestCheck } from './auth/body-digest.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3
const DAY_S = 24 * 3600
const YEAR_S = 366 * DAY_S

const digestChecks = oneOf('never', 'when-given', 'always')

/** Earlier configurations have true and false. */
const digestCheck: Kind<DigestCheck> = {
  accepts: digestChecks.accepts,
  parse: (value) => {
    const isStrict = boolean.parse(value)
    return isStrict === undefined ? digestChecks.parse(value) : isStrict ? 'always' : 'never'
  },
}

/** The `[iflytek_ost]` section of the configuration. */
export const OPTIONS = {
  acceptSliceZero: option('iflytek_ost.accept_slice_zero', boolean, false, 'take slice_id 0 as well'),
  /** The vendor compares nothing. */
  checkDigest: option(
    'iflytek_ost.check_digest',
    digestCheck,
    'when-given',
    'compare the Digest header with the body: never, when-given (where it names one), always',
  ),
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
  /** `["fixture"]` gives a fixed transcript. */
  recogniser: option(
    'iflytek_ost.recogniser',
    command,
    [],
    'what transcribes files: a program with its arguments, or "fixture"; none lets tasks fail',
  ),
  recogniserTimeoutS: option(
    'iflytek_ost.recogniser_timeout_s',
    integer(1, DAY_S),
    3600,
    'seconds that the recogniser may take for one file',
  ),
  recogniserOutputMax: option(
    'iflytek_ost.recogniser_output_max_bytes',
    integer(1, 256 * MIB),
    4 * MIB,
    'most bytes that the recogniser may print for one file',
  ),
  recognisersMax: option(
    'iflytek_ost.recognisers_max',
    integer(1, 64),
    2,
    'recognisers that run at once on a node',
  ),
  tasksMax: option(
    'iflytek_ost.tasks_max',
    integer(1, 10_000),
    1000,
    'tasks of an app that may wait or be at work',
  ),
  /** The vendor's limit. */
  audioSizeMax: option(
    'iflytek_ost.audio_size_max_bytes',
    integer(1, 5 * GIB),
    500 * MIB,
    'most bytes of a file that is transcribed',
  ),
  resultTtlS: option(
    'iflytek_ost.result_ttl_s',
    integer(1, 30 * DAY_S),
    7 * DAY_S,
    'seconds that a task is found after it was made',
  ),
  fetchHosts: option(
    'iflytek_ost.fetch_hosts',
    textList,
    [],
    'hosts that audio_url may name beside this server: names, *.domain or *; none allows no other',
  ),
}

export type IflytekOstOptions = ValuesOf<typeof OPTIONS>

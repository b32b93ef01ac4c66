import type { Call } from '../call.ts'
import { ACCOUNT_CALLS } from './accounts.ts'
import { BUCKET_CALLS } from './buckets.ts'
import { CREDENTIAL_CALLS } from './credentials.ts'
import { KEY_CALLS } from './keys.ts'
import { REQUEST_CALLS } from './requests.ts'
import { STATE_CALLS } from './state.ts'

/** Every call of the API. */
export const CALLS: readonly Call[] = [
  ...STATE_CALLS,
  ...ACCOUNT_CALLS,
  ...KEY_CALLS,
  ...CREDENTIAL_CALLS,
  ...BUCKET_CALLS,
  ...REQUEST_CALLS,
]

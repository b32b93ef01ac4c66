import type { Account, AccountKey } from '../../../core/accounts.ts'
import type { Changes, Core } from '../../../core/core.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { SharedRuns } from '../../../http/shared-runs.ts'
import { VmsError } from '../errors.ts'
import { BUCKET } from '../model/resource.ts'
import type { VolcengineVmsOptions } from '../options.ts'
import type { JsonPieces } from '../wire/json-pieces.ts'
import type { Parameters } from '../wire/parameters.ts'

/** One call of an action. */
export interface Call {
  readonly core: Core
  readonly account: Account
  /** The key that signed the call. */
  readonly key: AccountKey
  readonly options: VolcengineVmsOptions
  readonly publicUrl: string
  readonly parameters: Parameters
  /** What the call makes its change by. `result` is the `Result` that it will return: repetitions of the call get it too. */
  changing(result: JsonObject): Changes
  /** Makes the lists that have no pages. */
  readonly lists: SharedRuns<JsonPieces>
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}

/** Does what the action says and returns its `Result`. */
export type Handler = (call: Call) => Promise<Json | JsonPieces>

/** Ends a call that asks for validation only. To be called when everything is checked and nothing is done yet. */
export function endDryRun({ parameters }: Pick<Call, 'parameters'>): void {
  if (parameters.flag('DryRun')) throw new VmsError('DryRunOperation')
}

/** Checks the quota of a dry run, which has no commit to check it. Errors: `QuotaExceeded`. */
export async function checkQuota({
  core,
  account,
  options,
  parameters,
}: Pick<Call, 'core' | 'account' | 'options' | 'parameters'>): Promise<void> {
  if (options.resourcesMax === 0 || !parameters.flag('DryRun')) return
  const { objects } = await core.objects.usage(account.id, BUCKET)
  if (objects >= options.resourcesMax)
    throw new VmsError('QuotaExceeded', { subject: 'The number of voice resources' })
}

/** Errors: `MissingParameter`. */
export const readResourceKey = ({ parameters }: Call): string =>
  parameters.requiredText('ResourceKey', 'RESOURCE_KEY_IS_NONE')

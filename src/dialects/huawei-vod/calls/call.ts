import type { Account, AccountKey, Accounts } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import type { Project } from '../credentials.ts'
import type { HuaweiVodOptions } from '../options.ts'

/** What the dialect's calls share. */
export interface Vod {
  readonly core: Core
  readonly accounts: Accounts
  readonly options: HuaweiVodOptions
  /** Base of every URL handed out, without a slash at the end. */
  readonly publicUrl: string
}

/** What work for a project is done with: that of a call, or of something in the background. */
export interface ProjectContext extends Vod {
  readonly account: Account
  readonly project: Project
}

/** An authenticated call of a project. */
export interface Call extends ProjectContext {
  readonly exchange: Exchange
  /** The key that signed the call; null with a token. */
  readonly key: AccountKey | null
  /** The name of the token's user; that of the account with AK/SK. */
  readonly user: string
  /** The body as JSON object; an empty one is `{}`. Errors: VOD.10081. */
  readonly body: JsonObject
}

export type Handler = (call: Call) => Promise<Reply>

/** An answer with a JSON body, or with none. */
export function reply({ exchange }: Pick<Call, 'exchange'>, status: number, body?: Json): Reply {
  const headers = { 'x-request-id': exchange.requestId }
  if (body === undefined) return { status, headers, body: '' }
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

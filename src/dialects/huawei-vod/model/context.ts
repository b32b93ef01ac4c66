import type { Account, Accounts } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import type { Pictures } from '../../../core/ports/pictures.ts'
import type { UserKeys } from '../auth/user-keys.ts'
import type { Project } from '../credentials.ts'
import type { HuaweiVodOptions } from '../options.ts'

/** What the dialect's calls share. */
export interface Vod {
  readonly core: Core
  readonly accounts: Accounts
  readonly options: HuaweiVodOptions
  /** Base of every URL handed out, without a slash at the end. */
  readonly publicUrl: string
  /** What is made for users of IAM. */
  readonly users: UserKeys
  /** Null where no pictures are made. */
  readonly pictures: Pictures | null
}

/** What a call, or work in the background, knows of its project. */
export interface ProjectContext extends Vod {
  readonly account: Account
  readonly project: Project
}

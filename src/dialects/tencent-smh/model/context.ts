import type { Core } from '../../../core/core.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Volume, VolumeAddress } from '../../../core/model/trees.ts'
import type { Pictures } from '../../../core/ports/pictures.ts'
import type { Library } from '../credentials.ts'
import type { TencentSmhOptions } from '../options.ts'
import type { Fingerprints } from './fingerprints.ts'

/** What the dialect's calls share. */
export interface Smh {
  readonly core: Core
  readonly options: TencentSmhOptions
  /** Base of every URL handed out, without a slash at the end. */
  readonly publicUrl: string
  readonly fingerprints: Fingerprints
  /** Null where none are made. */
  readonly pictures: Pictures | null
}

/** The one for whom something is done. `token` is null for the library's secret, and for readers of what is public. */
export interface Actor {
  readonly user: string
  readonly grants: readonly string[]
  readonly token: TokenSpaces | null
}

/** The space that an operation works in, and for whom. A call to a space is one. A task makes its own. */
export interface SpaceContext {
  readonly core: Core
  readonly library: Library
  readonly volume: Volume
  readonly address: VolumeAddress
  readonly caller: Actor
}

/** The spaces that a token names. Its attributes tell which these were: see `rootsAttribute`. */
interface TokenSpaces {
  readonly volumes: readonly string[]
  readonly attributes: JsonObject
}

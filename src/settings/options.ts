import type { Kind } from './kinds.ts'
import type { Setting } from './setting.ts'

/** A setting of the server, given by flag, environment or file. */
export interface Option<T> extends Setting<T> {
  readonly fallback: T
}

/** A section's options by the names that they have in the program. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>

/** Declares an option: the only place that says its key, kind, default and meaning. */
export const option = <T>(
  key: string,
  kind: Kind<T>,
  fallback: T,
  help: string,
  { isSecret = false }: { readonly isSecret?: boolean } = {},
): Option<T> => ({ key, kind, fallback, help, secrecy: isSecret ? 'signing' : 'public' })

/** `section.some_key` → `STOWAGE_SECTION_SOME_KEY`. */
export const environmentName = (key: string): string => `STOWAGE_${key.replaceAll('.', '_').toUpperCase()}`

/** `section.some_key` → `section-some-key`. */
export const flagName = (key: string): string => key.replaceAll(/[._]/g, '-')

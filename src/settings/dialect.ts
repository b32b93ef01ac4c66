import type { AttributesDeclaration, CredentialDeclaration } from './credentials.ts'
import type { Entry } from './fields.ts'
import type { OptionTable } from './options.ts'
import type { ValuesOf } from './setting.ts'

/** What a dialect declares of the configuration: its own section, and what accounts have for it. */
export interface DialectSettings<Options extends OptionTable = OptionTable> {
  /** `some-vendor`. */
  readonly name: string
  /** Their keys begin with the name of the dialect's section: `some_vendor.`. */
  readonly options: Options
  /** What is wrong with options that do not go together, as a line for people; null if nothing. */
  checkOptions?(values: ValuesOf<Options>): string | null
  readonly credentials: readonly CredentialDeclaration<object>[]
  readonly attributes: readonly AttributesDeclaration<object>[]
  /** What nobody else may be called by. */
  readonly reserved: {
    /** First segments of its paths: an account with such an id would hide behind them. */
    readonly segments: readonly string[]
    /** Beginnings of first segments. */
    readonly prefixes: readonly string[]
    /** What its buckets are called: the word alone, or the word with a hyphen and more. */
    readonly buckets: readonly string[]
  }
  /** What the demo account has for it, besides values that are made. */
  readonly demoCredentials: readonly DemoCredential[]
}

export interface DemoCredential {
  readonly kind: CredentialDeclaration<object>
  /** By key, as files write it. */
  readonly given: Entry
}

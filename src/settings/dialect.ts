import type { Account } from '../core/accounts.ts'
import type { AttributesDeclaration, CredentialDeclaration } from './credentials.ts'
import type { Entry } from './fields.ts'
import type { VendorHost } from './hosts.ts'
import type { Address } from './kinds.ts'
import type { OptionTable } from './options.ts'
import type { ValuesOf } from './setting.ts'

/** What a dialect declares of the configuration: its own section, and what accounts have for it. */
export interface DialectSettings<Options extends OptionTable = OptionTable> {
  /** `some-vendor`. */
  readonly name: string
  /** Their keys begin with the name of the dialect's section: `some_vendor.`. */
  readonly options: Options
  /** Why the options do not go together, as a line for people. Null: they do. */
  checkOptions?(values: ValuesOf<Options>): string | null
  readonly credentials: readonly CredentialDeclaration<object>[]
  readonly attributes: readonly AttributesDeclaration<object>[]
  /**
   * Every host name that the vendor's SDKs and documents have for the calls that are served here. Requests by one of them are this
   * dialect's alone; certificates and lines of a hosts file are made of them.
   */
  readonly hosts: readonly VendorHost[]
  /** Where its calls are served instead of where those of all are. */
  readonly listener?: OwnListener<ValuesOf<Options>>
  /** The vendor's regions that an account's clients name. Without it there are none but the common ones. */
  regionsOf?(account: Account): readonly string[]
  /** What nobody else may be called by. */
  readonly reserved: {
    /** First segments of its paths. No account has such an id. */
    readonly segments: readonly string[]
    /** Beginnings of first segments. */
    readonly prefixes: readonly string[]
    /** What its buckets are called: the word alone, or the word with a hyphen and more. */
    readonly buckets: readonly string[]
  }
  /** The credentials of the demo account. What is not given here is made. */
  readonly demoCredentials: readonly DemoCredential[]
}

/** A listener that one dialect has for itself. */
export interface OwnListener<Values> {
  /** The option that says where. */
  readonly key: string
  /** Where, if nothing is said: it is left out where another program has that address. */
  readonly standard: Address
  /** What the option says; null for nothing. */
  wanted(values: Values): Address | 'off' | null
  /** The option of the same by HTTPS, with the server's certificates, and where it says; null for nowhere. */
  readonly secure?: { readonly key: string; wanted(values: Values): Address | null }
}

export interface DemoCredential {
  readonly kind: CredentialDeclaration<object>
  /** By key, as files write it. */
  readonly given: Entry
}

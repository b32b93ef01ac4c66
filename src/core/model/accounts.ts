import type { TimeMs } from '../clock.ts'
import type { AccountId } from '../ids.ts'
import type { JsonObject } from './json.ts'

/** What a key may be used for. */
export type Right = 'read' | 'write' | 'delete' | 'admin'

/** What a key may do. */
export interface Rights {
  readonly may: readonly Right[]
  /** Where object keys must begin so; null for no such limit. */
  readonly prefix: string | null
  /** The only buckets that it may use; null for all. */
  readonly buckets: readonly string[] | null
}

export const ALL_RIGHTS: Rights = { may: ['read', 'write', 'delete', 'admin'], prefix: null, buckets: null }

/** An account as the metadata keeps it. What is sealed only the key of the installation opens. */
export interface AccountRecord {
  readonly id: AccountId
  readonly name: string
  /** For all to see. */
  readonly attributes: JsonObject
  /** The secret ones; null without any. */
  readonly sealed: Uint8Array | null
  readonly createdAt: TimeMs
  /** Null: it may be used. */
  readonly disabledAt: TimeMs | null
}

/** A key pair as the metadata keeps it. */
export interface KeyRecord {
  readonly accessKey: string
  readonly account: AccountId
  /** In the owner's words. */
  readonly label: string
  /** The secret key. */
  readonly sealed: Uint8Array
  readonly rights: Rights
  readonly createdAt: TimeMs
  /** Null: it may be used. */
  readonly disabledAt: TimeMs | null
  /** From when on it may not be used; null for no end. */
  readonly expiresAt: TimeMs | null
}

/** A credential of a kind, as the metadata keeps it. */
export interface CredentialRecord {
  readonly account: AccountId
  readonly kind: string
  /** What people call it by; one of its kind in its account. */
  readonly publicId: string
  /** For all to see. */
  readonly settings: JsonObject
  /** Its secrets; null without any. */
  readonly sealed: Uint8Array | null
  readonly createdAt: TimeMs
  /** Null: it may be used. */
  readonly disabledAt: TimeMs | null
}

/** A value that one credential of a kind may have and no other. */
export interface CredentialName {
  readonly field: string
  readonly value: string
  /** `everywhere`, or only among the accounts of the name that its account has. */
  readonly scope: 'everywhere' | 'account-name'
}

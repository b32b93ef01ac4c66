import type { AccountId } from '../../ids.ts'
import type { AccountRecord, CredentialName, CredentialRecord, KeyRecord } from '../../model/accounts.ts'

/** All accounts of the metadata. */
export interface AccountRecords {
  /** `accountsVersion` from before the rest was read. */
  readonly version: number
  /** In order of id. */
  readonly accounts: readonly AccountRecord[]
  /** Of each account oldest first. */
  readonly keys: readonly KeyRecord[]
  /** Of each account oldest first. */
  readonly credentials: readonly CredentialRecord[]
}

/** How one credential of an account is named. */
export interface CredentialAddress {
  readonly account: AccountId
  readonly kind: string
  readonly publicId: string
}

/**
 * Accounts that are made, changed and deleted while the server runs, with what their callers show. Errors: an account that
 * is not there is `account-not-found`, a key or credential `credential-not-found`.
 */
export interface AccountCommands {
  /** Moved on by every change; 0 before the first. */
  accountsVersion(query: Readonly<Record<string, never>>): Promise<number>
  readAccounts(query: Readonly<Record<string, never>>): Promise<AccountRecords>

  /**
   * Errors: `name-conflict` when there is one of that id, and, unless it is to adopt it, when something of a former account
   * of that id is still stored (`detail.content`).
   */
  createAccount(command: {
    readonly account: Omit<AccountRecord, 'disabledAt'>
    readonly adoptsContent: boolean
  }): Promise<void>
  /** Only what is named changes. Errors: `name-conflict` when a name of one of its credentials is taken under the new name. */
  updateAccount(command: {
    readonly id: AccountId
    readonly change: Partial<Pick<AccountRecord, 'name' | 'attributes' | 'sealed' | 'disabledAt'>>
  }): Promise<void>
  /**
   * Deletes it with its keys, credentials and access tokens. What it has stored is not deleted: without `keepsContent` that
   * fails with `account-not-empty`; with it, the content stays where nobody reaches it until an account of that id adopts it.
   */
  deleteAccount(command: { readonly id: AccountId; readonly keepsContent: boolean }): Promise<void>

  /** Errors: `name-conflict` when the access key is taken, by whichever account. */
  addKey(command: Omit<KeyRecord, 'disabledAt'>): Promise<void>
  /** Only what is named changes. */
  updateKey(command: {
    readonly account: AccountId
    readonly accessKey: string
    readonly change: Partial<Pick<KeyRecord, 'label' | 'rights' | 'disabledAt' | 'expiresAt'>>
  }): Promise<void>
  deleteKey(command: { readonly account: AccountId; readonly accessKey: string }): Promise<void>

  /** Errors: `name-conflict` (`detail.field`) when one of its names is taken. */
  addCredential(
    command: Omit<CredentialRecord, 'disabledAt'> & {
      /** `publicId` is not among them unless it has to be unique beyond its account. */
      readonly names: readonly CredentialName[]
    },
  ): Promise<void>
  /** Replaces what is kept; the public id stays. Errors: as `addCredential`. */
  updateCredential(
    command: CredentialAddress &
      Pick<CredentialRecord, 'settings' | 'sealed' | 'disabledAt'> & {
        readonly names: readonly CredentialName[]
      },
  ): Promise<void>
  deleteCredential(command: CredentialAddress): Promise<void>

  /**
   * Keeps the first text that it is given, and returns that one ever after: something that only the key of the installation
   * opens. Null only asks, and is answered with null while there is none.
   */
  registerSecretKey(command: { readonly check: string | null }): Promise<string | null>
}

import type { AccountView, CredentialView, KeyView } from '../../accounts/index.ts'
import type { Rights } from '../../core/model/accounts.ts'
import type { Entry } from '../../settings/fields.ts'

/** An account on one line: id, name, what it has, and what is special about it. */
export const accountLine = (account: AccountView): string =>
  inColumns(
    ...[
      account.id,
      account.name,
      `keys: ${account.keys.length}`,
      `credentials: ${account.credentials.length}`,
    ],
    ...[account.source === 'configuration' ? 'configured' : '', disabledWord(account)],
  )

/** An account with all that it has, one thing on a line. */
export const accountLines = (account: AccountView): readonly string[] => [
  accountLine(account),
  ...Object.entries(account.attributes).map(([key, value]) => inColumns(`  ${key}`, valueWord(value))),
  ...account.keys.map((key) => `  key  ${keyLine(key)}`),
  ...account.credentials.map((credential) => `  ${credential.kind}  ${credentialLine(credential)}`),
]

export const keyLine = (key: KeyView): string =>
  inColumns(
    ...[key.accessKey, key.label, rightsWords(key.rights), disabledWord(key)],
    key.expiresAt === null ? '' : `ends ${timeWord(key.expiresAt)}`,
  )

export const credentialLine = (credential: CredentialView): string =>
  inColumns(
    credential.id,
    ...Object.entries(credential.settings).map(([key, value]) => `${key}=${valueWord(value)}`),
    disabledWord(credential),
  )

/** Secrets, which are shown this once. */
export const secretLines = (secrets: Entry): readonly string[] => {
  const lines = Object.entries(secrets).map(([key, value]) => `${key}  ${String(value)}`)
  return lines.length === 0 ? [] : [...lines, 'Keep what is secret now: it is not shown again.']
}

const rightsWords = ({ may, prefix, buckets }: Rights): string =>
  inColumns(
    `may ${may.join(',')}`,
    prefix === null ? '' : `prefix ${prefix}`,
    buckets === null ? '' : `buckets ${buckets.join(',')}`,
  )

const disabledWord = ({ disabledAt }: { readonly disabledAt: number | null }): string =>
  disabledAt === null ? '' : `disabled ${timeWord(disabledAt)}`

/** As a flag takes it: `open_uploads=100,tasks=5` of a table. */
const valueWord = (value: unknown): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .map(([key, word]) => `${key}=${String(word)}`)
        .join(',')
    : String(value)

const timeWord = (time: number): string => new Date(time).toISOString()

const inColumns = (...words: readonly string[]): string => words.filter((word) => word !== '').join('  ')

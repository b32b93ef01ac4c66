import type { DemoAccount } from '../config/demo.ts'
import { signingKey } from '../core/accounts.ts'
import type { WelcomeRow } from '../dialects/demo.ts'
import type { Dialect } from '../dialects/dialect.ts'

/** Where the server is reached. */
interface Addresses {
  readonly publicUrl: string
  readonly tlsUrl: string | null
  /** Of dialects that have a listener of their own, by name. */
  readonly ownUrls?: ReadonlyMap<string, string>
}

/**
 * What a newcomer needs: address, keys, and one command to try. Secrets are for a terminal (`showsSecrets`); anywhere else the
 * text may be kept as a log, and names the file that has them.
 */
export function welcome(
  { publicUrl, tlsUrl, ownUrls = new Map() }: Addresses,
  { account, file, isNew }: DemoAccount,
  dialects: readonly Dialect[],
  { showsSecrets }: { readonly showsSecrets: boolean },
): string {
  const rows = [...accountRows(account, dialects), ...dialects.flatMap(({ demo }) => demo.rows(account))]
  const tries = dialects.flatMap(({ demo }) => demo.tryOut(publicUrl, account, file) ?? [])
  return `
Stowage is ready at ${publicUrl}${tlsUrl === null || tlsUrl === publicUrl ? '' : `\nand by HTTPS at ${tlsUrl}`}${[...ownUrls].map(([name, url]) => `\n${name} is at ${url}`).join('')}

No account is configured, so ${isNew ? 'a demo account was made' : 'the demo account is used'} (kept in ${file}):

${rows.map((row) => lineOf(row, showsSecrets)).join('\n')}

${tries
  .slice(0, 1)
  .map(({ does, command }) => `To try it, ${does}:\n\n${command}\n`)
  .join('')}`
}

function accountRows(account: DemoAccount['account'], dialects: readonly Dialect[]): readonly WelcomeRow[] {
  const { accessKey, secretKey } = signingKey(account)
  const users = dialects.flatMap(({ demo }) => demo.keysOf ?? []).join(' and ')
  return [
    { label: 'account', value: account.id },
    { label: 'access key', value: accessKey, note: `${users} AK` },
    { label: 'secret key', value: secretKey, note: `${users} SK`, isSecret: true },
  ]
}

function lineOf({ label, value, note = '', isSecret = false }: WelcomeRow, showsSecrets: boolean): string {
  const shown = isSecret && !showsSecrets ? '(in the file)' : value
  return `  ${label.padEnd(14)}${shown}${note === '' ? '' : `        ${note}`}`
}

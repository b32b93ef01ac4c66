import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import type { AccessToken } from '../../core/model/tokens.ts'
import { hexOf, parseJson } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { one, run, type Script, type ScriptValue } from './script.ts'

interface TokenRow {
  readonly hash: Uint8Array
  readonly account: AccountId
  readonly realm: string
  readonly user_name: string
  readonly client: string
  readonly session: string
  readonly volumes: string
  readonly grants: string
  readonly attributes: string
  readonly period_ms: number
  readonly expires_at: number
}

const COLUMNS =
  'hash, account, realm, user_name, client, session, volumes, grants, attributes, period_ms, expires_at'

export const createToken: ScriptOf<'createToken'> = function* (token) {
  const { hash, account, realm, user, client, session, periodMs, expiresAt, within } = token
  if (within !== undefined) {
    yield* makeWay(token, within.tokensPerUser)
    yield* requireFewer(account, within.tokens)
  }
  yield* run(
    `INSERT INTO tokens (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING`,
    ...[hashBytes(hash), account, realm, user, client, session],
    ...[JSON.stringify(token.volumes), JSON.stringify(token.grants), JSON.stringify(token.attributes)],
    ...[periodMs, expiresAt],
  )
}

/** Of a user who has too many tokens, a few more than one go, so that this is seldom. */
function* makeWay({ account, realm, user }: AccessToken, max: number): Script<void> {
  if (max === 0) return
  const count = yield* one<{ tokens: number }>(
    `SELECT count(*) AS tokens FROM (SELECT 1 FROM tokens WHERE account = ? AND realm = ? AND user_name = ? LIMIT ?)
       AS counted`,
    ...[account, realm, user, max],
  )
  if ((count?.tokens ?? 0) < max) return
  yield* run(
    `DELETE FROM tokens WHERE hash IN (SELECT hash FROM tokens WHERE account = ? AND realm = ? AND user_name = ?
       ORDER BY expires_at - period_ms, hash LIMIT ?)`,
    ...[account, realm, user, Math.ceil(max / 100)],
  )
}

/** Some more may come in where several are made at once. */
function* requireFewer(account: AccountId, max: number): Script<void> {
  if (max === 0) return
  const row = yield* one<{ tokens: number }>(
    'SELECT CAST(coalesce(sum(tokens), 0) AS bigint) AS tokens FROM account_tokens WHERE account = ?',
    account,
  )
  if ((row?.tokens ?? 0) < max) return
  throw new CoreError('quota-exceeded', 'the account has too many tokens', { limit: 'tokens', max })
}

export const findToken: ScriptOf<'findToken'> = function* ({ hash, now }) {
  const row = yield* one<TokenRow>(
    `SELECT ${COLUMNS} FROM tokens WHERE hash = ? AND expires_at > ?`,
    ...[hashBytes(hash), now],
  )
  return row === undefined ? null : tokenOf(row)
}

/** A token that somebody else renewed for longer stays as it is. */
export const renewToken: ScriptOf<'renewToken'> = function* ({ hash, expiresAt, now }) {
  yield* run(
    'UPDATE tokens SET expires_at = ? WHERE hash = ? AND expires_at > ? AND expires_at < ?',
    ...[expiresAt, hashBytes(hash), now, expiresAt],
  )
  return yield* findToken({ hash, now })
}

export const deleteToken: ScriptOf<'deleteToken'> = function* ({ account, realm, hash }) {
  yield* run(
    'DELETE FROM tokens WHERE hash = ? AND account = ? AND realm = ?',
    ...[hashBytes(hash), account, realm],
  )
}

export const deleteTokens: ScriptOf<'deleteTokens'> = function* (command) {
  const { account, realm, users, client, session } = command
  let count = 0
  for (const user of users === null ? [null] : new Set(users)) {
    const conditions = ['account = ?', 'realm = ?', ...matching('user_name', user, false)]
    conditions.push(...matching('client', client, true), ...matching('session', session, true))
    const given: readonly (string | null)[] = [user, client, session]
    const values = [account, realm, ...given.filter((value) => value !== null)]
    count += yield* run(`DELETE FROM tokens WHERE ${conditions.join(' AND ')}`, ...values)
  }
  return count
}

/** `isSparse`: the column's index has only rows with a value. The condition has to say so. */
function matching(column: string, value: string | null, isSparse: boolean): readonly string[] {
  if (value === null) return []
  return isSparse && value !== '' ? [`${column} = ?`, `${column} <> ''`] : [`${column} = ?`]
}

/** Asks twice for the time: a token may be renewed in between. */
export const expireTokens: ScriptOf<'expireTokens'> = function* ({ now, limit }) {
  return yield* run(
    `DELETE FROM tokens WHERE expires_at <= ? AND hash IN
       (SELECT hash FROM tokens WHERE expires_at <= ? ORDER BY expires_at, hash LIMIT ?)`,
    ...[now, now, limit],
  )
}

const HASH = /^[0-9a-f]{64}$/

/** The bytes of a hash. For other text, bytes that no row has. */
const hashBytes = (hash: string): ScriptValue =>
  HASH.test(hash) ? Buffer.from(hash, 'hex') : Buffer.alloc(0)

function tokenOf(row: TokenRow): AccessToken {
  return {
    hash: hexOf(row.hash),
    account: row.account,
    realm: row.realm,
    user: row.user_name,
    client: row.client,
    session: row.session,
    volumes: JSON.parse(row.volumes) as string[],
    grants: JSON.parse(row.grants) as string[],
    attributes: parseJson(row.attributes),
    periodMs: row.period_ms,
    expiresAt: row.expires_at,
  }
}

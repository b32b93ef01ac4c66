import { createHash } from 'node:crypto'
import { type Account, type Accounts, credentialsOf, derived } from '../../../core/accounts.ts'
import { type ObjectId, parseObjectId } from '../../../core/ids.ts'
import { deriveKey, equalsConstantTime, hmacSha256 } from '../../../http/canonical.ts'
import type { Caller } from '../auth/authenticate.ts'
import { type App, appCredential } from '../credentials.ts'

/** Tokens that give access to one object each. Nothing of them is stored. */
export interface DownloadTokens {
  tokenOf(app: App, object: ObjectId): string
  /** Whose object a token is for; null when it is not one of ours. */
  open(token: string): { readonly caller: Caller; readonly object: ObjectId } | null
}

const TOKEN = /^[A-Za-z0-9_-]{48}$/
const TAG_SIZE = 4
const ID_SIZE = 16
const MAC_SIZE = 16

/**
 * A token is base64url of 4 bytes that tell the app, the object's id (16 bytes), and a MAC of the id (16 bytes). The MAC's key is
 * made of the app's secret for this one use. So a token ends with the secret: when that changes, earlier urls answer 404.
 */
export function createDownloadTokens(accounts: Accounts): DownloadTokens {
  const byTag = derived(accounts, callersByTag)
  return {
    tokenOf: (app, object) =>
      Buffer.concat([tagOf(app), Buffer.from(object, 'hex'), macOf(app, object)]).toString('base64url'),
    open: (token) => {
      if (!TOKEN.test(token)) return null
      const bytes = Buffer.from(token, 'base64url')
      const object = parseObjectId(bytes.toString('hex', TAG_SIZE, TAG_SIZE + ID_SIZE))
      if (object === null) return null
      const mac = bytes.toString('hex', TAG_SIZE + ID_SIZE)
      const caller = byTag()
        .get(bytes.toString('hex', 0, TAG_SIZE))
        ?.find(({ app }) => equalsConstantTime(macOf(app, object).toString('hex'), mac))
      return caller === undefined ? null : { caller, object }
    },
  }
}

function callersByTag(all: readonly Account[]): ReadonlyMap<string, readonly Caller[]> {
  const callers = all.flatMap((account) =>
    credentialsOf(account, appCredential).map((app) => ({ account, app })),
  )
  return Map.groupBy(callers, ({ app }) => tagOf(app).toString('hex'))
}

const tagOf = ({ appId }: App): Buffer =>
  createHash('sha256').update(`stowage iflytek-ost app\n${appId}`).digest().subarray(0, TAG_SIZE)

const macOf = ({ appId, apiSecret }: App, object: ObjectId): Buffer =>
  hmacSha256(deriveKey(apiSecret, [`stowage iflytek-ost object link\n${appId}`]), object).subarray(
    0,
    MAC_SIZE,
  )

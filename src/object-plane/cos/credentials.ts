import type { AccountId } from '../../core/ids.ts'
import { deriveKey, equalsConstantTime, hmacSha256, sha256Hex } from '../../http/canonical.ts'

/** Whose secret temporary credentials are made from; every node finds it by its name. */
export interface CosIssuer {
  /** Also the realm that its credentials are good for: targets elsewhere are denied. */
  readonly name: string
  readonly account: AccountId
  readonly secret: string
}

export type FindCosIssuer = (name: string) => CosIssuer | null

/** Whether the holder of a grant still may what it says. */
export type IsHeld = (issuer: CosIssuer, grant: CosGrant & { readonly holder: string }) => Promise<boolean>

export type CosMethod = 'GET' | 'HEAD' | 'PUT' | 'POST'

/** What temporary credentials allow. */
export interface CosGrant {
  /** POST is for forms. */
  readonly methods: readonly CosMethod[]
  /** Decoded, with its leading slash; that very path. A form's is `/` and its key. */
  readonly path: string
  /** Parts of this upload alone; null for whole objects alone. */
  readonly uploadId: string | null
  /** That part alone; null for any. */
  readonly partNumber: number | null
  /** Bytes a second for each request, 102400 to 104857600; null for no limit. */
  readonly trafficLimit: number | null
  /** Unix seconds. Some time before now lets nodes with slow clocks take it. */
  readonly validFrom: number
  /** Unix seconds, inclusive. */
  readonly validUntil: number
  /** The issuer's word for that which the grant ends with before its time; null for its secret alone. */
  readonly holder: string | null
}

/** A temporary key pair with its token. Nothing of it is kept: the token says all, and a new one takes nothing from an old one. */
export interface CosCredentials {
  readonly accessKey: string
  /** Stays here where clients get ready-made signatures. */
  readonly secretKey: string
  readonly securityToken: string
  readonly grant: CosGrant
}

/** Characters. Tokens made here are shorter, even for the longest key. */
const TOKEN_LENGTH_MAX = 8192
const SECRET_PURPOSE = 'stowage cos secret key'
const TOKEN_PURPOSE = 'stowage cos security token'

/**
 * Temporary credentials. The token carries the grant and the issuer's name under an HMAC-SHA256 with a key derived from the
 * issuer's secret; the secret key is derived from that secret and the token. So any node can verify them. Equal
 * grants give equal credentials; a `salt` makes them differ and allows nothing.
 */
export function mint(issuer: CosIssuer, grant: CosGrant, salt = ''): CosCredentials {
  const content = `${encode(issuer.name)}.${encode(grantText(grant, salt))}`
  return { ...keysOf(issuer, `${content}.${tokenMac(issuer, content)}`), grant }
}

/** The credentials that a token stands for, and their issuer. Null for one that no known issuer made. */
export function openToken(
  token: string,
  findIssuer: FindCosIssuer,
): { readonly issuer: CosIssuer; readonly credentials: CosCredentials } | null {
  if (token.length > TOKEN_LENGTH_MAX) return null
  const [, content, name, text, mac] = /^(([\w-]+)\.([\w-]+))\.([\w-]+)$/.exec(token) ?? []
  if (content === undefined || name === undefined || text === undefined || mac === undefined) return null
  const issuer = findIssuer(decode(name))
  if (issuer === null || !equalsConstantTime(mac, tokenMac(issuer, content))) return null
  return { issuer, credentials: { ...keysOf(issuer, token), grant: readGrant(decode(text)) } }
}

function keysOf({ secret }: CosIssuer, securityToken: string): Omit<CosCredentials, 'grant'> {
  return {
    accessKey: `AKID${sha256Hex(securityToken).slice(0, 32)}`,
    secretKey: hmacSha256(deriveKey(secret, [SECRET_PURPOSE]), securityToken).toString('base64url'),
    securityToken,
  }
}

const tokenMac = ({ secret }: CosIssuer, content: string): string =>
  hmacSha256(deriveKey(secret, [TOKEN_PURPOSE]), content).toString('base64url')

function grantText(grant: CosGrant, salt: string): string {
  const { methods, path, uploadId, partNumber, trafficLimit, validFrom, validUntil, holder } = grant
  const fields = [methods, path, uploadId, partNumber, trafficLimit, validFrom, validUntil]
  if (holder !== null) return JSON.stringify([...fields, salt, holder])
  return JSON.stringify(salt === '' ? fields : [...fields, salt])
}

/** Only text that this project wrote gets here. Earlier versions named no holder. */
function readGrant(text: string): CosGrant {
  const [methods, path, uploadId, partNumber, trafficLimit, validFrom, validUntil, , holder = null] =
    JSON.parse(text) as [
      CosGrant['methods'],
      string,
      string | null,
      number | null,
      number | null,
      number,
      number,
      string?,
      string?,
    ]
  return { methods, path, uploadId, partNumber, trafficLimit, validFrom, validUntil, holder }
}

const encode = (text: string): string => Buffer.from(text).toString('base64url')
const decode = (text: string): string => Buffer.from(text, 'base64url').toString()

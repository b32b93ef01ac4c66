import { createHmac } from 'node:crypto'
import type { Pairs } from '../../http/pairs.ts'

/** Who a signature looks like: that of OBS itself, or that of AWS. Both are computed alike. */
export type ObsScheme = 'obs' | 'aws'

/** What the scheme's own headers and parameters begin with. */
export const PREFIXES: Readonly<Record<ObsScheme, string>> = { obs: 'x-obs-', aws: 'x-amz-' }

/** The query name of the access key. */
export const KEY_NAMES: Readonly<Record<ObsScheme, string>> = { obs: 'AccessKeyId', aws: 'AWSAccessKeyId' }

/** What a V2 signature covers. */
export interface SignedText {
  readonly method: string
  /** Of the headers, as sent; empty where they are not. */
  readonly contentMd5: string
  readonly contentType: string
  /** Unix seconds of Expires, or the Date header, or nothing where the scheme's own date header is sent. */
  readonly time: string
  /** The scheme's own headers: lower-case names, in any order. */
  readonly headers: Pairs
  /** `/bucket/key`, as it is signed: percent-encoded. */
  readonly path: string
  /** Decoded, in any order; those that `isSubResource` tells. */
  readonly subResources: Pairs
}

/** Parameters that a signature covers, lower case (page obs_04_0011); names are signed as they are sent. */
const SUB_RESOURCES = new Set([
  ...['acl', 'append', 'attname', 'backtosource', 'cdnnotifyconfiguration', 'cors', 'customdomain'],
  ...['delete', 'deletebucket', 'directcoldaccess', 'encryption', 'inventory', 'length', 'lifecycle'],
  ...['location', 'logging', 'metadata', 'modify', 'name', 'notification', 'object-lock', 'orchestration'],
  ...['partnumber', 'policy', 'position', 'quota', 'rename', 'replication', 'requestpayment'],
  ...['response-cache-control', 'response-content-disposition', 'response-content-encoding'],
  ...['response-content-language', 'response-content-type', 'response-expires', 'restore', 'retention'],
  ...['select', 'storageclass', 'storageinfo', 'storagepolicy', 'tagging', 'torrent', 'truncate'],
  ...['uploadid', 'uploads', 'versionid', 'versioning', 'versions', 'website'],
  ...['x-image-process', 'x-image-save-bucket', 'x-image-save-object', 'x-oss-process'],
])

/** Whether the signature covers the parameter: those of the table, and the scheme's own. */
export function isSubResource(name: string, scheme: ObsScheme): boolean {
  const lower = name.toLowerCase()
  return SUB_RESOURCES.has(lower) || lower.startsWith(PREFIXES[scheme])
}

/** The StringToSign of pages obs_04_0010 and obs_04_0011. */
export function stringToSign(text: SignedText): string {
  const { method, contentMd5, contentType, time, headers, path, subResources } = text
  const lines = sorted(headers).map(([name, value]) => `${name}:${value}\n`)
  const query = sorted(subResources).map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  const resource = path + (query.length === 0 ? '' : `?${query.join('&')}`)
  return `${method}\n${contentMd5}\n${contentType}\n${time}\n${lines.join('')}${resource}`
}

/** The signature in base64. */
export function sign(secretKey: string, text: SignedText): string {
  return createHmac('sha1', secretKey).update(stringToSign(text)).digest('base64')
}

const sorted = (pairs: Pairs): Pairs => [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

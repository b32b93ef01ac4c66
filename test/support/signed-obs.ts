import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { asAccountId } from '../../src/core/ids.ts'
import { ALL_RIGHTS } from '../../src/core/model/accounts.ts'
import { parsePairs } from '../../src/http/body.ts'
import type { SignedRequest } from '../../src/http/signed-request.ts'
import { PlaneError, type PlaneErrorCode } from '../../src/object-plane/errors.ts'
import { type ObsOperation, presign } from '../../src/object-plane/obs/presign.ts'
import published from '../../src/object-plane/obs/vectors.json' with { type: 'json' }
import { verify } from '../../src/object-plane/obs/verify.ts'
import type { FindPlaneKey } from '../../src/object-plane/types.ts'

export const ACCOUNT = asAccountId('2100056056')
export const KEYS = { accessKey: published.accessKey, secretKey: published.secretKey }
/** 2024-05-01T10:11:12Z, when the vectors were made. */
export const CLOCK = (published.expires - 3600) * 1000
export const NAMED = ['video/mp4', 'video/quicktime']
export const ID = '00000173C2ED862344C835374DFE33C8'

const findKey: FindPlaneKey = (accessKey) =>
  accessKey === KEYS.accessKey ? { account: ACCOUNT, secretKey: KEYS.secretKey, rights: ALL_RIGHTS } : null

export function check(request: SignedRequest, now = CLOCK) {
  return verify({ ...request, bucket: null }, { findKey, hosts: [], namedTypes: NAMED, now })
}

export function refused(request: SignedRequest, code: PlaneErrorCode, now = CLOCK): void {
  assert.throws(
    () => check(request, now),
    (error) => error instanceof PlaneError && error.code === code,
    `not refused with ${code}`,
  )
}

/** The request that a URL stands for. */
export function received(method: string, url: string, headers: Record<string, string> = {}): SignedRequest {
  const [, rawPath = '', rawQuery = ''] = /^https?:\/\/[^/]*([^?]*)\??(.*)$/.exec(url) ?? []
  const host = '127.0.0.1:8440'
  return { method, rawPath, host, query: parsePairs(rawQuery), headers: { host, ...headers } }
}

export const OPTIONS = {
  bucket: 'b-1',
  key: 'o/x.mp4',
  keys: KEYS,
  expires: published.expires,
  baseUrl: 'http://h:1',
}
export const url = (operation: ObsOperation, more: { contentType?: string; contentMd5?: string } = {}) =>
  presign({ ...OPTIONS, operation, ...more })

export const hmac = (text: string): string => createHmac('sha1', KEYS.secretKey).update(text).digest('base64')

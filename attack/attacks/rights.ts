import { createHash, createHmac } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ACCOUNT, APP, LIBRARIES } from '../../test/support/harness.ts'
import { compactNow, signVms } from '../../test/support/volcengine.ts'
import { type Attack, none } from '../attack.ts'
import { Tenant } from '../hostile/signed.ts'
import { beginSmh, putSmh, smhLink } from '../hostile/stored.ts'

/** Within which all nodes know that a right is over. */
const KNOWN_MS = 2500
const MIB = 1024 ** 2

const revokedToken: Attack = {
  name: 'links-of-revoked-tokens',
  group: 'rights',
  shows: 'a download link and upload credentials that a token got before it was revoked',
  limit: 'two seconds later neither works: 0',
  run: async (target) => {
    const tenant = new Tenant(target)
    const { id } = LIBRARIES.file
    const token = await tenant.smhToken('file')
    const link = await smhLink(tenant, 'before.bin', Buffer.from('before'), { token })
    const terms = await beginSmh(tenant, 'after.bin', { token })
    const removed = await tenant.client.call(`/api/v1/token/${id}/${token}`, { method: 'DELETE' })
    if (removed.status >= 300) throw new Error(`the token was not revoked: ${removed.status} ${removed.text}`)
    await delay(KNOWN_MS)
    const read = await tenant.client.call(link)
    const sent = await putSmh(tenant, terms, Buffer.from('after'))
    return [
      none('reads by the link', read.status === 200 ? 1 : 0),
      none('uploads', sent.status === 200 ? 1 : 0),
    ]
  },
}

/** What a quick upload tells of its bytes: the hash of the first MiB, and a chain of all, here of two blocks. */
function hashesOf(bytes: Uint8Array) {
  const first = createHash('sha256').update(bytes.subarray(0, MIB)).digest()
  const second = createHash('sha256').update(first).update(bytes.subarray(MIB)).digest()
  return { beginningHash: first.toString('hex'), fullHash: second.toString('hex') }
}

const quickUploads: Attack = {
  name: 'quick-upload-across-spaces',
  group: 'rights',
  shows: "another space's file asked for by its hash, with a token that may not enter there",
  limit: 'neither taken nor told of: 0',
  run: async (target) => {
    const tenant = new Tenant(target)
    const { id } = LIBRARIES.spaces
    for (const space_id of ['mine', 'theirs']) {
      await tenant.smh('spaces', 'POST', `space/${id}?space_id=${space_id}`)
    }
    const secret = Buffer.alloc(MIB + 1000, 'secret')
    await smhLink(tenant, 'secret.bin', secret, { library: 'spaces', space: 'theirs' })
    const token = await tenant.smhToken('spaces', {
      space_id: 'mine',
      grant: 'upload_file',
    })
    const { beginningHash, fullHash } = hashesOf(secret)
    const asked = (json: object) =>
      tenant.smh('spaces', 'PUT', `file/${id}/mine/first.bin`, {
        token,
        json: { size: secret.byteLength, ...json },
      })
    const [first, whole] = [await asked({ beginningHash }), await asked({ beginningHash, fullHash })]
    if (![200, 201, 202].includes(first.status))
      throw new Error(`a start was answered ${first.status}: ${first.text}`)
    return [
      none('files told of', first.status === 202 ? 1 : 0),
      none('files taken', whole.status === 200 ? 1 : 0),
    ]
  },
}

const longExpires: Attack = {
  name: 'long-x-expires',
  group: 'rights',
  shows: 'X-Expires of a year beside a header signature of an hour ago',
  limit: 'it lengthens nothing: 0 calls are let in',
  run: async (target) => {
    const { client } = new Tenant(target)
    const answers = await Promise.all(
      ['31536000', '86400', '3700'].map((expires) => {
        const rawQuery = `Action=QueryOpenGetResource&Version=2022-01-01&X-Expires=${expires}`
        const body = JSON.stringify({ Type: 0 })
        const headers = signVms({
          ...{ method: 'POST', rawQuery, body, keys: ACCOUNT, date: compactNow(Date.now() - 3_600_000) },
          headers: { 'content-type': 'application/json', host: client.host, 'x-expires': expires },
        })
        return client.call(`/?${rawQuery}`, { method: 'POST', headers, body })
      }),
    )
    return [none('old signatures that count', answers.filter(({ status }) => status === 200).length)]
  },
}

/** iFlytek's signature over a Digest of one's own. */
function signedWith(digest: string, path: string): Readonly<Record<string, string>> {
  const date = new Date().toUTCString()
  const origin = `host: upload-ost-api.xfyun.cn\ndate: ${date}\nPOST ${path} HTTP/1.1\ndigest: ${digest}`
  const signature = createHmac('sha256', APP.api_secret).update(origin).digest('base64')
  const authorization = `api_key="${APP.api_key}", algorithm="hmac-sha256", headers="host date request-line digest", signature="${signature}"`
  return { date, digest, authorization }
}

const replayedDigest: Attack = {
  name: 'replayed-digest',
  group: 'rights',
  shows: "iFlytek's signature with the Digest of one body, sent with another body",
  limit: 'refused: 0 are let in',
  run: async (target) => {
    const { client } = new Tenant(target)
    const path = '/file/mpupload/init'
    const honest = JSON.stringify({ request_id: '1', app_id: APP.app_id })
    const digest = `SHA-256=${createHash('sha256').update(honest).digest('base64')}`
    const headers = { ...signedWith(digest, path), 'content-type': 'application/json' }
    const own = await client.call(path, { method: 'POST', headers, body: honest })
    if (!own.text.includes('"code":0')) throw new Error(`the body of the Digest was answered ${own.text}`)
    const other = JSON.stringify({ request_id: '2', app_id: APP.app_id })
    const replayed = await client.call(path, { method: 'POST', headers, body: other })
    return [none('other bodies that are let in', replayed.text.includes('"code":0') ? 1 : 0)]
  },
}

export const RIGHTS: readonly Attack[] = [revokedToken, quickUploads, longExpires, replayedDigest]

import assert from 'node:assert/strict'
import { sendWire, type WireAnswer } from '../../support/volcengine.ts'
import type { Body, CallOptions, Query, VodClient } from './rig.ts'

/** OBS takes no smaller part but the last. */
export const PART_SIZE = 100 * 1024

/** Where the bytes of an asset go: what its creation answered, or as much of that as can be known later. */
export type Place = Pick<Body, 'target'>

export const placeOf = (bucket: string, object: string): Place => ({
  target: { bucket, object, location: '' },
})

/** The place of an upload URL, for answers without a target. */
export function placeOfUrl(url: string): Place {
  const [, bucket = '', ...key] = decodeURIComponent(new URL(url).pathname).split('/')
  return placeOf(bucket, key.join('/'))
}

/** An upload in parts as the vendor's example 2 does it: an authority for each step. */
export interface Parts {
  /** A signed URL for one step. */
  authority(place: Place, query: Query, options?: CallOptions): Promise<string>
  /** Begins an upload; returns its UploadId. */
  begin(place: Place, contentType?: string): Promise<string>
  put(place: Place, upload_id: string, part_number: number, bytes: Uint8Array): Promise<WireAnswer>
  /** Completes with these parts, by number and ETag. */
  complete(place: Place, upload_id: string, etags: readonly string[]): Promise<WireAnswer>
  abort(place: Place, upload_id: string): Promise<WireAnswer>
  /** Begins, sends all parts and completes; returns the UploadId. */
  send(place: Place, pieces: readonly Uint8Array[]): Promise<string>
}

export function partsOf(client: VodClient): Parts {
  const authority: Parts['authority'] = async ({ target }, query, options) => {
    const named = { bucket: target.bucket, object_key: target.object, ...query }
    const body = await client.expect(200, 'GET', 'asset/authority', {
      ...{ version: 'v1.1', query: named },
      ...options,
    })
    return body.sign_str
  }
  const begin: Parts['begin'] = async (place, content_type = 'video/mp4') => {
    const url = await authority(place, { http_verb: 'POST', content_type })
    const answer = await sendWire(url, { method: 'POST', headers: { 'content-type': content_type } })
    const text = answer.bytes.toString()
    assert.equal(answer.status, 200, text)
    return /<UploadId>([0-9A-F]{32})<\/UploadId>/.exec(text)?.[1] ?? assert.fail(text)
  }
  const put: Parts['put'] = async (place, upload_id, part_number, bytes) => {
    const url = await authority(place, { http_verb: 'PUT', upload_id, part_number })
    const headers = { 'content-type': 'application/octet-stream', 'content-length': bytes.byteLength }
    return sendWire(url, { method: 'PUT', headers, body: bytes })
  }
  const complete: Parts['complete'] = async (place, upload_id, etags) => {
    const url = await authority(place, { http_verb: 'POST', upload_id })
    const list = etags.map(
      (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
    )
    const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
    return sendWire(url, { method: 'POST', headers: { 'content-type': 'application/xml' }, body })
  }
  return {
    ...{ authority, begin, put, complete },
    abort: async (place, upload_id) =>
      sendWire(await authority(place, { http_verb: 'DELETE', upload_id }), { method: 'DELETE' }),
    send: async (place, pieces) => {
      const uploadId = await begin(place)
      const etags: string[] = []
      for (const [at, piece] of pieces.entries()) {
        const answer = await put(place, uploadId, at + 1, piece)
        assert.equal(answer.status, 200, answer.bytes.toString())
        etags.push(String(answer.headers.etag))
      }
      const answer = await complete(place, uploadId, etags)
      assert.equal(answer.status, 200, answer.bytes.toString())
      return uploadId
    },
  }
}

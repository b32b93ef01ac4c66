import { createHmac } from 'node:crypto'
import { APP } from '../../test/support/harness.ts'
import type { LoadRequest } from '../load/plan.ts'

const DIGEST = 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
const BOUNDARY = 'stowage-bench-boundary'

/** Answers have it when the call did what it should: the status alone does not tell. */
export const IFLYTEK_OK = '"code":0'

/** Headers of a signed call: host, date, request line and digest are signed, as the vendor's clients do it. */
export function iflytekHeaders(port: number, path: string): Record<string, string> {
  const date = new Date().toUTCString()
  const origin = `host: 127.0.0.1:${port}\ndate: ${date}\nPOST ${path} HTTP/1.1\ndigest: ${DIGEST}`
  const signature = createHmac('sha256', APP.api_secret).update(origin).digest('base64')
  const authorization = `api_key="${APP.api_key}", algorithm="hmac-sha256", headers="host date request-line digest", signature="${signature}"`
  return { date, digest: DIGEST, authorization }
}

/** A form with a file of `size` bytes of filling, behind its fields or, with `fileFirst`, in front of them. */
export function iflytekForm(
  port: number,
  path: string,
  size: number,
  { fields = {}, fileFirst = false }: { fields?: Readonly<Record<string, string>>; fileFirst?: boolean } = {},
): LoadRequest {
  const texts = Object.entries({ request_id: '1', app_id: APP.app_id, ...fields }).map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="data"; filename="f"\r\n\r\n`
  const end = `--${BOUNDARY}--\r\n`
  const [before, after] = fileFirst ? [file, texts.join('') + end] : [texts.join('') + file, end]
  const headers = {
    ...iflytekHeaders(port, path),
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
  }
  return { method: 'POST', path, headers, before, fill: size, after: `\r\n${after}` }
}

/** A call with a JSON body. */
export const iflytekJson = (port: number, path: string, fields: object): LoadRequest => ({
  ...{ method: 'POST', path },
  headers: { ...iflytekHeaders(port, path), 'content-type': 'application/json' },
  before: JSON.stringify({ request_id: '1', app_id: APP.app_id, ...fields }),
})

import { createHmac } from 'node:crypto'

const HOST = 'upload-ost-api.xfyun.cn'
const DIGEST = 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='

/** Headers of a signed call, as most of the vendor's clients make them. */
export function iflytekHeaders(
  app: { readonly api_key: string; readonly api_secret: string },
  path: string,
  now = new Date(),
) {
  const date = now.toUTCString()
  const origin = `host: ${HOST}\ndate: ${date}\nPOST ${path} HTTP/1.1\ndigest: ${DIGEST}`
  const signature = createHmac('sha256', app.api_secret).update(origin).digest('base64')
  const authorization = `api_key="${app.api_key}", algorithm="hmac-sha256", headers="host date request-line digest", signature="${signature}"`
  return { date, digest: DIGEST, authorization }
}

/** A multipart/form-data body: the fields, then the file part `data`. */
export function multipart(fields: Readonly<Record<string, string>>, data: Uint8Array, filename = 'file.bin') {
  const boundary = '----------------------------856841733413091254401013'
  const texts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="data"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`
  const body = Buffer.concat([
    Buffer.from(texts.join('') + file),
    data,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return { type: `multipart/form-data; boundary=${boundary}`, body }
}

import type { IncomingMessage } from 'node:http'
import type { HttpLimits } from './limits.ts'
import type { Reply } from './types.ts'

/** Answers that no surface gives: to what is no proper request, or for nobody. */
export const refusal = (status: number, message: string): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
})

/** Refuses what would be unsafe or ambiguous to work on (RFC 9112 §3.2, §6.1); null lets the request in. */
export function refuseRequest(request: IncomingMessage, limits: HttpLimits): Reply | null {
  const { rawHeaders, headers, url = '', httpVersion } = request
  if (url.length > limits.urlLengthMax) return refusal(414, 'the URL is too long')
  if (rawHeaders.length / 2 > limits.headersMax) return refusal(431, 'too many headers')
  const hostCount = rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host').length
  if (hostCount > 1 || (hostCount === 0 && httpVersion !== '1.0')) {
    return refusal(400, 'exactly one Host header is needed')
  }
  const encoding = headers['transfer-encoding']
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'chunked') {
    return refusal(501, 'the only transfer coding is chunked')
  }
  return null
}

/** What is answered to bytes that the HTTP parser does not take, by the error's code. */
export function refusalOf(code: string | undefined): { readonly status: number; readonly message: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, message: 'the headers are too long' }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, message: 'the request took too long' }
    default:
      return { status: 400, message: 'the request is malformed' }
  }
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

/** A whole answer for a connection that has no request object, and closes. */
export function rawRefusal({ status, message }: ReturnType<typeof refusalOf>): string {
  const body = JSON.stringify({ message })
  return [
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Error'}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

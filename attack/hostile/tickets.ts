import { createHmac } from 'node:crypto'
import { ACCOUNT } from '../../test/support/harness.ts'
import type { WireClient, WireReply } from '../wire.ts'

export interface TicketFacts {
  readonly bucket: string
  readonly key?: string
  readonly prefix?: string
  readonly size_max?: number
  readonly types?: readonly string[]
  /** Seconds since 1970. */
  readonly ends: number
}

const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600

/** A ticket as an account's server makes it, for a prefix and an hour unless it says something else. */
export function ticketOf(
  facts: Partial<TicketFacts> & Pick<TicketFacts, 'bucket'>,
  { access_key, secret_key }: { readonly access_key: string; readonly secret_key: string } = ACCOUNT,
): string {
  const whole = { ...(facts.key === undefined ? { prefix: 'in/' } : {}), ends: inAnHour(), ...facts }
  const text = `${access_key}.${Buffer.from(JSON.stringify(whole)).toString('base64url')}`
  return `${text}.${createHmac('sha256', secret_key).update(text).digest('base64url')}`
}

const TUS = { 'tus-resumable': '1.0.0' }
const encoded = (text: string): string => Buffer.from(text).toString('base64')

/** Begins an upload of so many bytes. */
export const beginUpload = (
  client: WireClient,
  ticket: string,
  { key, size, type = 'video/mp4' }: { readonly key: string; readonly size: number; readonly type?: string },
): Promise<WireReply> =>
  client.call('/uploads', {
    method: 'POST',
    headers: {
      ...{ ...TUS, 'upload-ticket': ticket, 'upload-length': String(size) },
      'upload-metadata': `key ${encoded(key)},filetype ${encoded(type)}`,
    },
  })

/** The path of an upload that was begun. Throws where it was not. */
export function uploadPath({ status, headers, text }: WireReply): string {
  if (status !== 201) throw new Error(`an upload was answered ${status}: ${text.slice(0, 200)}`)
  return new URL(String(headers.location)).pathname
}

export const pieceHeaders = (offset: number): Readonly<Record<string, string>> => ({
  ...{ ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
})

export const addPiece = (
  client: WireClient,
  path: string,
  offset: number,
  body: Uint8Array,
): Promise<WireReply> => client.call(path, { method: 'PATCH', headers: pieceHeaders(offset), body })

export const askOffset = (client: WireClient, path: string): Promise<WireReply> =>
  client.call(path, { method: 'HEAD', headers: TUS })

import type { TestContext } from 'node:test'
import { type FilePart, type MultipartOptions, readMultipart } from '../../src/http/multipart.ts'
import { type Kit, type RawAnswer, startKit } from './http-kit.ts'

export interface Received {
  readonly filename: string
  readonly contentType: string
  readonly bytes: string
}

export interface Story {
  readonly kit: Kit
  /** What was received and then given up again. */
  readonly discarded: Received[]
}

export async function receive({ filename, contentType, stream }: FilePart): Promise<Received> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return { filename, contentType, bytes: Buffer.concat(chunks).toString('latin1') }
}

export async function startForm(
  t: TestContext,
  options: Partial<MultipartOptions<Received>> = {},
): Promise<Story> {
  const discarded: Received[] = []
  const kit = await startKit(t, {
    'POST /': async (exchange) => {
      const form = await readMultipart(exchange, {
        fileField: 'data',
        receiveFile: receive,
        discardFile: async (received) => void discarded.push(received),
        ...options,
      })
      return { status: 200, body: JSON.stringify([[...form.fields], form.file]) }
    },
  })
  return { kit, discarded }
}

export const FORM = 'multipart/form-data; boundary=XbX'

export function post({ kit }: Story, body: string | Buffer, contentType = FORM): Promise<RawAnswer> {
  const bytes = Buffer.from(body)
  const head = `POST / HTTP/1.1\r\nHost: h\r\nContent-Type: ${contentType}\r\nContent-Length: ${bytes.length}\r\n\r\n`
  return kit.ask(Buffer.concat([Buffer.from(head, 'latin1'), bytes]))
}

export const part = (disposition: string, content: string, headers = ''): string =>
  `--XbX\r\nContent-Disposition: form-data; ${disposition}\r\n${headers}\r\n${content}\r\n`
export const field = (name: string, value: string): string => part(`name="${name}"`, value)
export const END = '--XbX--\r\n'
export const FILE = part('name="data"; filename="a.wav"', 'bytes', 'Content-Type: audio/wav\r\n')
export const RECEIVED = { filename: 'a.wav', contentType: 'audio/wav', bytes: 'bytes' }

export const parsed = (answer: RawAnswer): unknown => JSON.parse(answer.body)

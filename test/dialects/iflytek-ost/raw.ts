import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestServer } from '../../support/harness.ts'
import { type Answer, APP, type Body, signedHeaders } from './wire-client.ts'

/** The head of a signed POST, as text; `changes` replace header values by name, null leaves one out. */
export function signedHead(
  server: TestServer,
  path: string,
  body: Body,
  changes: Readonly<Record<string, string | null>> = {},
): string {
  const list = [
    ...signedHeaders(new URL(server.url).host, path, body, APP),
    ...['Content-Type', body.contentType, 'Content-Length', String(body.bytes.length)],
  ]
  const headers = new Map<string, string | null>()
  for (let at = 0; at < list.length; at += 2) headers.set(list[at] ?? '', list[at + 1] ?? '')
  for (const [name, value] of Object.entries(changes)) headers.set(name, value)
  const lines = [...headers].flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]))
  return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
}

/** A connection that sends bytes as they are given. */
export async function open(server: TestServer): Promise<Socket> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.on('error', () => {})
  return socket
}

/** Sends these bytes and no more, and reads what comes back. */
export async function exchange(
  server: TestServer,
  ...chunks: readonly (string | Uint8Array)[]
): Promise<Answer> {
  const socket = await open(server)
  for (const chunk of chunks) socket.write(chunk)
  return await readAnswer(socket)
}

/** Reads until there is a whole answer or the server ends the connection. */
export async function readAnswer(socket: Socket): Promise<Answer> {
  const received: Buffer[] = []
  try {
    for await (const chunk of socket) {
      received.push(chunk as Buffer)
      const answer = parseAnswer(Buffer.concat(received).toString('latin1'))
      if (answer !== null) return answer
    }
  } catch {
    // Reset by the server after its answer: what came before counts.
  } finally {
    socket.destroy()
  }
  const text = Buffer.concat(received).toString('latin1')
  return parseAnswer(text) ?? { status: 0, type: '', text, json: {} }
}

function parseAnswer(raw: string): Answer | null {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const text = rest.join('\r\n\r\n')
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined || text.length < Number(length)) return null
  const type = /\r\ncontent-type: (.*)/i.exec(head)?.[1] ?? ''
  const json = text.startsWith('{') ? JSON.parse(text) : {}
  return { status: Number(head.slice(9, 12)), type, text, json }
}

/** The files of the disk store, those of segments under way among them. */
export const blobFiles = ({ dataDir }: { readonly dataDir: string }): readonly string[] =>
  readdirSync(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)

/** The segments that hold bytes of uploads. */
export const storedSegments = ({ engine }: TestServer): Promise<readonly string[]> => engine.storedSegments()

/** Waits until no segment is there but those of `known`; a client that went away is noticed a little later. */
export async function nothingLeft(server: TestServer, known: readonly string[] = []): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if ((await storedSegments(server)).every((name) => known.includes(name))) return
    await sleep(20)
  }
  throw new Error(`left behind: ${await storedSegments(server)}`)
}

import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { APP } from './harness.ts'

const DIGEST = 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
const BOUNDARY = 'stowage-load-boundary'

export interface Answer {
  readonly code: number
  readonly data?: { readonly url?: string; readonly upload_id?: string }
}

/** A keep-alive client of the iFlytek dialect that costs little beside the server. */
export class LoadClient {
  readonly #agent = new Agent({ keepAlive: true })
  readonly #base: URL

  constructor(serverUrl: string) {
    this.#base = new URL(serverUrl)
  }

  json(path: string, fields: object): Promise<Answer> {
    const body = Buffer.from(JSON.stringify({ request_id: '1', app_id: APP.app_id, ...fields }))
    return this.#send(path, 'application/json', body.length, [body])
  }

  /** A form whose file part is `chunk`, `times` over. */
  form(
    path: string,
    fields: Readonly<Record<string, string>>,
    chunk: Uint8Array,
    times = 1,
  ): Promise<Answer> {
    const texts = Object.entries({ request_id: '1', app_id: APP.app_id, ...fields }).map(
      ([name, value]) =>
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="data"; filename="f"\r\n\r\n`
    const head = Buffer.from(texts.join('') + file)
    const tail = Buffer.from(`\r\n--${BOUNDARY}--\r\n`)
    const length = head.length + chunk.length * times + tail.length
    const pieces = times === 1 ? [Buffer.concat([head, chunk, tail])] : repeated(head, chunk, times, tail)
    return this.#send(path, `multipart/form-data; boundary=${BOUNDARY}`, length, pieces)
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(path: string, type: string, length: number, body: Iterable<Uint8Array>): Promise<Answer> {
    const date = new Date().toUTCString()
    const origin = `host: ${this.#base.host}\ndate: ${date}\nPOST ${path} HTTP/1.1\ndigest: ${DIGEST}`
    const signature = createHmac('sha256', APP.api_secret).update(origin).digest('base64')
    const outgoing = request({
      host: this.#base.hostname,
      port: this.#base.port,
      agent: this.#agent,
      method: 'POST',
      path,
      headers: {
        date,
        digest: DIGEST,
        authorization: `api_key="${APP.api_key}", algorithm="hmac-sha256", headers="host date request-line digest", signature="${signature}"`,
        'content-type': type,
        'content-length': length,
      },
    })
    const answered = once(outgoing, 'response')
    for (const piece of body) if (!outgoing.write(piece)) await once(outgoing, 'drain')
    outgoing.end()
    const [response] = await answered
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    const answer = JSON.parse(Buffer.concat(chunks).toString()) as Answer
    if (answer.code !== 0) throw new Error(`${path} answered ${JSON.stringify(answer)}`)
    return answer
  }
}

function* repeated(
  head: Uint8Array,
  chunk: Uint8Array,
  times: number,
  tail: Uint8Array,
): Iterable<Uint8Array> {
  yield head
  for (let i = 0; i < times; i += 1) yield chunk
  yield tail
}

/** Does `work` until `count` calls are done, `width` at a time. Returns seconds. */
export async function timeParallel(
  count: number,
  width: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++)
  }
  const start = process.hrtime.bigint()
  await Promise.all(Array.from({ length: width }, lane))
  return Number(process.hrtime.bigint() - start) / 1e9
}

/** The highest resident memory a process has had, in MB; 0 where the system does not tell. */
export function peakMemoryMb(pid: number): number {
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(match?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

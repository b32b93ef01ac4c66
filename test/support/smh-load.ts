import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** What an upload task's start or renewal answers, as far as sending parts needs it. */
export interface PartTerms {
  readonly domain: string
  readonly path: string
  readonly uploadId: string
  readonly confirmKey: string
  readonly headers: Readonly<Record<string, string | number>>
}

interface Outgoing {
  readonly method: string
  readonly headers?: Readonly<Record<string, string | number>>
  readonly body?: string | Uint8Array
}

/** A keep-alive client of the Tencent SMH dialect that costs little beside the server. */
export class SmhLoadClient {
  readonly #agent = new Agent({ keepAlive: true, scheduling: 'fifo' })
  readonly #api: string

  constructor(serverUrl: string) {
    this.#api = `${serverUrl}/api/v1/`
  }

  /** A call below `/api/v1/`, checked for its status. Resolves with the JSON body, null for none. */
  async call<Body>(status: number, method: string, target: string, json?: unknown): Promise<Body> {
    const body = json === undefined ? '' : JSON.stringify(json)
    const answer = await this.#send(this.#api + target, {
      method,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      body,
    })
    const bytes = await buffer(answer)
    if (answer.statusCode !== status) {
      throw new Error(`${method} ${target.split('?')[0]} was answered ${answer.statusCode}: ${bytes}`)
    }
    return (bytes.length === 0 ? null : JSON.parse(bytes.toString())) as Body
  }

  /** An admin's access token. */
  async token({ id, secret }: { readonly id: string; readonly secret: string }): Promise<string> {
    const query = `library_id=${id}&library_secret=${encodeURIComponent(secret)}&grant=admin`
    return (await this.call<{ readonly accessToken: string }>(200, 'GET', `token?${query}`)).accessToken
  }

  /** Where a download leads. */
  async locate(target: string): Promise<string> {
    const answer = await this.#send(this.#api + target, { method: 'GET' })
    answer.resume()
    if (answer.statusCode !== 302) throw new Error(`a download was answered ${answer.statusCode}`)
    return String(answer.headers.location)
  }

  /** Resolves with the answer, whose body is yet to be read. */
  open(url: string): Promise<IncomingMessage> {
    return this.#send(url, { method: 'GET' })
  }

  /** Sends one part. Resolves with its ETag. */
  async putPart(terms: PartTerms, number: number, bytes: Uint8Array): Promise<string> {
    const { domain, path, uploadId, headers } = terms
    const url = `http://${domain}${path}?partNumber=${number}&uploadId=${uploadId}`
    const answer = await this.#send(url, {
      method: 'PUT',
      headers: { ...headers, 'content-length': bytes.byteLength },
      body: bytes,
    })
    const text = (await buffer(answer)).toString()
    if (answer.statusCode !== 200)
      throw new Error(`part ${number} was answered ${answer.statusCode}: ${text}`)
    return String(answer.headers.etag)
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(url: string, { method, headers = {}, body }: Outgoing): Promise<IncomingMessage> {
    const outgoing = request(url, { method, agent: this.#agent, headers })
    const answered = once(outgoing, 'response')
    outgoing.end(body)
    const [answer] = await answered
    return answer
  }
}

import { startTestServer, type TestServer, type TestServerOptions } from '../support/harness.ts'

export const TOKEN = 'the-token-of-the-operators'

export interface Asking {
  readonly body?: unknown
  /** Default: the operator's. Null for none. */
  readonly authorization?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface AdminAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // Whatever JSON came.
  readonly json: Record<string, unknown>
}

/** A server with its admin listener. */
export interface AdminRig {
  readonly server: TestServer
  readonly url: string
  ask(method: string, path: string, asking?: Asking): Promise<AdminAnswer>
  stop(): Promise<void>
}

export async function startAdmin(options: TestServerOptions = {}): Promise<AdminRig> {
  const settings = { 'admin.listen': '127.0.0.1:0', 'admin.token': TOKEN, ...options.settings }
  const server = await startTestServer({ ...options, settings })
  const url = server.ownUrls.get('admin') ?? ''
  return {
    server,
    url,
    ask: async (method, path, { body, authorization = `Bearer ${TOKEN}`, headers = {} } = {}) => {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(authorization === null ? {} : { authorization }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await answer.text()
      const isJson = /json/.test(answer.headers.get('content-type') ?? '') && text !== ''
      return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : {} }
    },
    stop: async () => void (await server.stop()),
  }
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

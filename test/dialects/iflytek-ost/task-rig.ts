import assert from 'node:assert/strict'
import type { TestServer } from '../../support/harness.ts'
import { type Answer, APP, jsonBody, type Keys, PLAIN, post, type Signing } from './wire-client.ts'

export const TASK_PATHS = { create: '/v2/ost/pro_create', query: '/v2/ost/query' }

/** A call of the task API, signed for its host. */
export const postTask = (
  serverUrl: string,
  path: string,
  body: unknown,
  keys: Keys = APP,
  signing: Partial<Signing> = {},
): Promise<Answer> =>
  post(serverUrl, path, jsonBody(body), {
    keys,
    signing: { ...PLAIN, signedHost: () => 'ost-api.xfyun.cn', ...signing },
  })

/** The body of a `pro_create` as public clients send it. */
export const createBody = (audio_url: string, { appId }: Keys = APP) => ({
  common: { app_id: appId },
  business: { request_id: '1', language: 'zh_cn', accent: 'mandarin', domain: 'pro_ost_ed' },
  data: { audio_url, audio_src: 'http', format: 'audio/L16;rate=16000', encoding: 'raw' },
})

export const queryBody = (task_id: string, { appId }: Keys = APP) => ({
  common: { app_id: appId },
  business: { task_id },
})

/** The setting for a recogniser that is a shell script. Its file is `$1`. */
export const shellRecogniser = (script: string): string =>
  JSON.stringify(['/bin/sh', '-c', script, 'recogniser'])

/** A line as recognisers print it, for a shell's printf. */
export const printSegment = (text: string): string =>
  `printf '{"begin":0,"end":1000,"text":"%s"}\\n' "${text}"`

/** Tasks of one app on a server. */
export class TaskClient {
  readonly #url: string
  readonly #keys: Keys
  readonly #signing: Partial<Signing>

  constructor(url: string, keys: Keys = APP, signing: Partial<Signing> = {}) {
    this.#url = url
    this.#keys = keys
    this.#signing = signing
  }

  send(path: string, body: unknown): Promise<Answer> {
    return postTask(this.#url, path, body, this.#keys, this.#signing)
  }

  create(audioUrl: string): Promise<Answer> {
    return this.send(TASK_PATHS.create, createBody(audioUrl, this.#keys))
  }

  /** Its task_id. */
  async begin(audioUrl: string): Promise<string> {
    const answer = await this.create(audioUrl)
    assert.equal(answer.json.code, 0, answer.text)
    return String(answer.json.data?.task_id)
  }

  query(taskId: string): Promise<Answer> {
    return this.send(TASK_PATHS.query, queryBody(taskId, this.#keys))
  }

  async status(taskId: string): Promise<string> {
    const answer = await this.query(taskId)
    assert.equal(answer.json.code, 0, answer.text)
    return String(answer.json.data?.task_status)
  }
}

interface Result {
  readonly lattice: readonly {
    readonly begin: string
    readonly end: string
    readonly spk: string
    readonly json_1best: {
      readonly st: {
        readonly rt: readonly { readonly ws: readonly { readonly cw: readonly { readonly w: string }[] }[] }[]
      }
    }
  }[]
}

/** The result of a done task. */
export function resultOf({ json }: Answer): Result {
  assert.equal(json.data?.task_status, '3', JSON.stringify(json))
  return json.data.result as Result
}

/** The text of a done task, read as public clients read it. */
export function textOf(answer: Answer): string {
  return resultOf(answer)
    .lattice.flatMap(({ json_1best: { st } }) =>
      st.rt.flatMap(({ ws }) => ws.flatMap(({ cw }) => cw.map(({ w }) => w))),
    )
    .join('')
}

/** The lines of the log about tasks that failed. */
export const taskFailures = (server: TestServer): readonly string[] =>
  server.logLines.filter((line) => line.includes('a task'))

const SID = /^ost[0-9a-f]{8}@dx[0-9a-f]{18}$/

/** A task call was refused: the envelope without data. */
export function refused(answer: Answer, code: number, message: string): void {
  assert.equal(answer.status, 200, answer.text)
  assert.match(answer.type, /^application\/json/)
  assert.deepEqual(Object.keys(answer.json), ['code', 'message', 'sid'])
  assert.deepEqual([answer.json.code, answer.json.message], [code, message])
  assert.match(answer.json.sid ?? '', SID)
}

import assert from 'node:assert/strict'
import type { TestServer } from '../../support/harness.ts'
import {
  type Answer,
  APP,
  createBody,
  type Keys,
  postTask,
  queryBody,
  type Signing,
  TASK_PATHS,
} from './wire-client.ts'

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

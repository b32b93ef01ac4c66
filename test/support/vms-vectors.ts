import { readFileSync } from 'node:fs'

/** A signed request of the voice API, as a client sent it. */
export interface Vector {
  readonly name: string
  readonly client: string
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const file = new URL('../vectors/volcengine-vms.json', import.meta.url)

/** Requests that were captured at `time`, and the key that signed them. */
export const { time, accessKey, secretKey, vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly time: string
  readonly accessKey: string
  readonly secretKey: string
  readonly vectors: readonly Vector[]
}

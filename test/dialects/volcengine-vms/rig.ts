import assert from 'node:assert/strict'
import type { AccountEntry } from '../../../src/config/accounts.ts'
import {
  ACCOUNT,
  MovableClock,
  OTHER_ACCOUNT,
  startTestServer,
  type TestServer,
} from '../../support/harness.ts'
import {
  callVms,
  compactNow,
  sendWire,
  type VmsAnswer,
  type VmsCall,
  type WireAnswer,
} from '../../support/volcengine.ts'

export { ACCOUNT, OTHER_ACCOUNT }

export interface RigOptions {
  readonly settings?: Readonly<Record<string, string>>
  readonly accounts?: readonly AccountEntry[]
  readonly dataDir?: string
}

export type Params = Readonly<Record<string, unknown>>
export type Result = Readonly<Record<string, unknown>>

/** A whole server, and the voice API as a client of the first account sees it. */
export interface Rig {
  readonly server: TestServer
  readonly clock: MovableClock
  readonly url: string
  /** The answer whatever its status; parameters go as JSON unless `call` says otherwise. */
  answer(action: string, parameters?: Params, call?: Partial<VmsCall>): Promise<VmsAnswer>
  /** The result of a call that has to succeed. */
  result(action: string, parameters?: Params, call?: Partial<VmsCall>): Promise<Result>
  /** Asks for an upload URL. */
  uploadUrl(fileName: string): Promise<string>
  put(url: string, bytes: Uint8Array): Promise<WireAnswer>
  /** Asks for a URL and puts the bytes there. */
  upload(fileName: string, bytes: Uint8Array): Promise<void>
  commit(fileName: string): Promise<Result>
  /** The whole way to a resource; returns its key. */
  make(fileName: string, bytes: Uint8Array): Promise<string>
  list(parameters?: Params): Promise<readonly Result[]>
  stop(): Promise<boolean>
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const clock = new MovableClock()
  const server = await startTestServer({ clock, ...options })
  return { ...rigOn(server.url, clock), server, clock, stop: () => server.stop() }
}

/** The client's part alone, for a server that runs elsewhere. */
export function rigOn(url: string, clock = new MovableClock()): Omit<Rig, 'server' | 'clock' | 'stop'> {
  const answer: Rig['answer'] = (action, parameters, call = {}) =>
    callVms(url, action, {
      keys: ACCOUNT,
      date: compactNow(clock.now()),
      ...(parameters === undefined ? {} : { json: parameters }),
      ...call,
    })
  const result: Rig['result'] = async (action, parameters, call) => {
    const { status, body } = await answer(action, parameters, call)
    assert.equal(status, 200, JSON.stringify(body))
    return body.Result as Result
  }
  const put: Rig['put'] = (to, bytes) =>
    sendWire(to, { method: 'PUT', headers: { 'content-length': bytes.byteLength }, body: bytes })
  const uploadUrl: Rig['uploadUrl'] = async (fileName) =>
    String((await result('GetResourceUploadUrl', { FileName: fileName })).UploadUrl)
  const upload: Rig['upload'] = async (fileName, bytes) => {
    const { status, bytes: body } = await put(await uploadUrl(fileName), bytes)
    assert.equal(status, 200, body.toString())
  }
  const commit: Rig['commit'] = (fileName) => result('CommitResourceUpload', { FileName: fileName })
  return {
    ...{ url, answer, result, put, uploadUrl, upload, commit },
    make: async (fileName, bytes) => {
      await upload(fileName, bytes)
      return String((await commit(fileName)).ResourceKey)
    },
    list: async (parameters = { Type: 0 }) =>
      (await result('QueryOpenGetResource', parameters)).Records as readonly Result[],
  }
}

/** The error of an answer, checked for its status and code. With `message` goes the older code, or none: `reason`. */
export function assertError(
  { status, body, headers }: VmsAnswer,
  expected: {
    readonly status: number
    readonly code: string
    readonly codeN?: number | null
    readonly message?: string
    readonly reason?: string
  },
): void {
  const error = body.ResponseMetadata.Error
  assert.deepEqual([status, error?.Code], [expected.status, expected.code], JSON.stringify(body))
  assert.equal(headers['content-type'], 'application/json; charset=utf-8')
  assert.equal('Result' in body, false)
  if (expected.codeN !== undefined) assert.equal(error?.CodeN, expected.codeN ?? undefined)
  if (expected.message !== undefined)
    assert.deepEqual([error?.Message, error?.Reason], [expected.message, expected.reason])
}

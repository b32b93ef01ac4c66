import assert from 'node:assert/strict'
import type { MovableClock } from '../support/harness.ts'
import { sendWire, type WireAnswer } from '../support/volcengine.ts'
import type { ENDS, Tenant } from './tenant.ts'
import { type Params, clientOf as smhClient } from './tencent-smh/rig.ts'

/** A server, and its time. */
export interface Where {
  readonly url: string
  readonly clock: MovableClock
}

/** How a vendor refuses: the status, the beginning of the content type, and a word of the body. */
export type Refusal = readonly [statuses: readonly number[], type: string, word: RegExp]

/** What was given, and what ends it besides an operator. */
export interface Given {
  use(): Promise<WireAnswer>
  readonly ends?: Readonly<Record<string, () => Promise<unknown>>>
}

export interface Row {
  readonly gives: string
  /** Names of what an operator ends. */
  readonly hangsOn: readonly (keyof typeof ENDS)[]
  /** Names of `Given.ends`. */
  readonly endsBy?: readonly string[]
  readonly refusal: Refusal
  make(tenant: Tenant): Promise<Given>
}

export const BYTES = Buffer.from('what a right gives')

/** A token of the tenant's library, and what ends it. */
export async function smhToken({ url, clock }: Where, { library }: Tenant) {
  const { call, expect } = smhClient(url)
  const secret = { library_id: library.id, library_secret: library.secret }
  const asked = { ...secret, grant: 'admin', user_id: 'u', client_id: 'c' }
  const { accessToken: access_token } = await expect(200, 'GET', 'token', asked)
  const file = `file/${library.id}/-`
  const end = (query: Params) =>
    expect(204, 'DELETE', `token/${library.id}`, { library_secret: library.secret, ...query })
  const ends = {
    'its token is revoked': () => expect(204, 'DELETE', `token/${library.id}/${access_token}`),
    'the tokens of its user are revoked': () => end({ user_id: 'u' }),
    'the tokens of its client are revoked': () => end({ client_id: 'c' }),
    'its token is over': async () => clock.advance(2 * 86_400_000),
  }
  return { call, expect, access_token, file, ends }
}

/** A PUT of some bytes. */
export function putTo(
  url: string,
  headers: Readonly<Record<string, string | number>>,
  body: Uint8Array = BYTES,
): Promise<WireAnswer> {
  return sendWire(url, { method: 'PUT', headers: { ...headers, 'content-length': body.byteLength }, body })
}

/** A form with some bytes. */
export async function postForm(url: string, fields: Readonly<Record<string, string>>): Promise<WireAnswer> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([BYTES]), 'form.bin')
  const { status, headers, ...answer } = await fetch(url, { method: 'POST', body: form }).then(
    async (response) => ({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      bytes: Buffer.from(await response.arrayBuffer()),
    }),
  )
  return { status, headers, ...answer }
}

/** A token of IAM for the tenant's project. */
export async function iamToken({ url }: Where, { name, user, project }: Tenant): Promise<string> {
  const password = { user: { ...user, domain: { name } } }
  const auth = { identity: { methods: ['password'], password }, scope: { project: { id: project.id } } }
  const headers = { 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body: JSON.stringify({ auth }) }
  const answer = await sendWire(`${url}/v3/auth/tokens`, request)
  assert.equal(answer.status, 201, answer.bytes.toString())
  return String(answer.headers['x-subject-token'])
}

export interface Temporary {
  readonly access: string
  readonly secret: string
  readonly securitytoken: string
}

/** Temporary keys of IAM, by a token. */
export async function temporaryKeys({ url }: Where, token: string): Promise<Temporary> {
  const body = JSON.stringify({ auth: { identity: { methods: ['token'] } } })
  const headers = { 'content-type': 'application/json', 'x-auth-token': token }
  const path = '/v3.0/OS-CREDENTIAL/securitytokens'
  const answer = await sendWire(`${url}${path}`, { method: 'POST', headers, body })
  assert.equal(answer.status, 201, answer.bytes.toString())
  return (JSON.parse(answer.bytes.toString()) as { readonly credential: Temporary }).credential
}

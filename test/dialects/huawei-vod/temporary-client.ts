import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after } from 'node:test'
import { sendWire, type WireAnswer } from '../../support/volcengine.ts'
import { type CallOptions, PROJECTS, type Rig, startRig } from './rig.ts'
import { signVod, type VodKeys } from './sign.ts'

const PATH = '/v3.0/OS-CREDENTIAL/securitytokens'
export const BUCKET = 'vod-bucket-1-cn-north-4'
export const MP4 = { 'content-type': 'video/mp4' }

const SCHEMES = {
  obs: { name: 'x-obs-security-token', keyName: 'AccessKeyId', word: 'OBS' },
  aws: { name: 'x-amz-security-token', keyName: 'AWSAccessKeyId', word: 'AWS' },
} as const

export interface Credential {
  readonly access: string
  readonly secret: string
  readonly securitytoken: string
  readonly expires_at: string
}

export interface Answer extends WireAnswer {
  readonly body: { readonly credential: Credential; readonly error: { readonly message: string } }
}

export interface ObsOptions {
  readonly body?: Uint8Array
  readonly inQuery?: boolean
  readonly scheme?: keyof typeof SCHEMES
  readonly on?: Rig
  /** Default: that of the main project. */
  readonly bucket?: string
}

/** The body of a request for temporary keys. */
export const asking = (more: object = {}, token: object = {}) => ({
  auth: { identity: { methods: ['token'], token, ...more } },
})
export const policy = (Action: readonly string[], Resource: readonly string[]) => ({
  policy: { Version: '1.1', Statement: [{ Effect: 'Allow', Action, Resource }] },
})
export const minutesLeft = ({ expires_at }: Credential, now: number) =>
  Math.round((Date.parse(expires_at) - now) / 60_000)

/** A server for the tests of one file, which stops after them, and its client. */
export async function startWithClient() {
  const rig = await startRig()
  after(() => rig.stop())
  return { rig, client: temporaryClient(rig) }
}

/** What clients do with temporary keys, by raw HTTP. */
export function temporaryClient(rig: Rig) {
  const post = async (
    json: unknown,
    headers: Readonly<Record<string, string>>,
    on = rig,
  ): Promise<Answer> => {
    const body = JSON.stringify(json)
    const sent = { 'content-type': 'application/json;charset=utf8', ...headers }
    const answer = await sendWire(`${on.url}${PATH}`, { method: 'POST', headers: sent, body })
    return { ...answer, body: JSON.parse(answer.bytes.toString()) }
  }
  const byToken = async (json: unknown, token?: string) =>
    post(json, { 'x-auth-token': token ?? (await rig.token()) })
  const byKey = (json: unknown, keys: VodKeys, on = rig, more: Readonly<Record<string, string>> = {}) => {
    const headers = { host: new URL(on.url).host, ...more }
    const signing = { method: 'POST', url: `${on.url}${PATH}`, headers, body: JSON.stringify(json), keys }
    return post(json, { ...headers, ...signVod({ ...signing, now: on.clock.now() }) }, on)
  }
  const issued = ({ status, body, bytes }: Answer): Credential => {
    assert.equal(status, 201, bytes.toString())
    return body.credential
  }
  const refused = (answer: Answer, status: number, message?: RegExp) => {
    assert.equal(answer.status, status, answer.bytes.toString())
    assert.deepEqual(Object.keys(answer.body), ['error'])
    if (message !== undefined) assert.match(answer.body.error.message, message)
  }
  const signed = ({ access, secret, securitytoken }: Credential): CallOptions => ({
    as: { keys: { access_key: access, secret_key: secret }, project: PROJECTS.main.id },
    headers: { 'x-security-token': securitytoken },
  })
  const inProject = (credential: Credential, project: string): CallOptions => ({
    ...{ ...signed(credential), project },
    as: { keys: { access_key: credential.access, secret_key: credential.secret } },
  })
  const list = (credential: Credential, on = rig) => on.call('GET', 'asset/list', signed(credential))

  /** A request to OBS, signed in its headers or its query as esdk-obs does it. */
  const obs = (
    method: string,
    key: string,
    credential: Credential,
    { body, inQuery = false, scheme = 'obs', on = rig, bucket = BUCKET }: ObsOptions = {},
  ): Promise<WireAnswer> => {
    const { name, keyName, word } = SCHEMES[scheme]
    const { access, secret, securitytoken } = credential
    const type: Readonly<Record<string, string>> = body === undefined ? {} : MP4
    const path = `/${bucket}/${key}`
    const now = on.clock.now()
    const sign = (time: string, own: string, sub: string) => {
      const text = `${method}\n\n${type['content-type'] ?? ''}\n${time}\n${own}${path}${sub}`
      return createHmac('sha1', secret).update(text).digest('base64')
    }
    const sent = body === undefined ? {} : { body }
    if (inQuery) {
      const expires = String(Math.floor(now / 1000) + 600)
      const signature = sign(expires, '', `?${name}=${securitytoken}`)
      const query = { [keyName]: access, Expires: expires, [name]: securitytoken, Signature: signature }
      const url = `${on.url}${path}?${new URLSearchParams(query)}`
      return sendWire(url, { method, headers: type, ...sent })
    }
    const date = new Date(now).toUTCString()
    const signature = sign(date, `${name}:${securitytoken}\n`, '')
    const headers = { ...type, date, [name]: securitytoken, authorization: `${word} ${access}:${signature}` }
    return sendWire(`${on.url}${path}`, { method, headers, ...sent })
  }
  return { post, byToken, byKey, issued, refused, signed, inProject, list, obs }
}

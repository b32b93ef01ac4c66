import { ACCOUNT, LIBRARIES, PROJECTS } from '../../test/support/harness.ts'
import { type Attack, atMost, none, type Target } from '../attack.ts'
import { mostReadMb } from '../hostile/log.ts'
import { forgedVms, forgedVod, Tenant } from '../hostile/signed.ts'
import { everybody, headOf, type Outcome, sendRaw, zeros } from '../hostile/sockets.ts'

const MIB = 1024 ** 2
const BODY_SIZE = 12 * MIB
/** Of a refused body: what is skipped, and a chunk that was on its way. */
const SKIPPED_MAX_MB = 1.5
/** Of a body that is read before it is refused: 1 MiB, and what is skipped. */
const READ_MAX_MB = 2.5

/** Every way in that takes a body, without anything that says who calls. */
const OPEN_CALLS: readonly (readonly [method: string, path: string])[] = [
  ['POST', `/v1.0/${PROJECTS.main.id}/asset`],
  ['PUT', `/v1.0/${PROJECTS.main.id}/asset/info`],
  ['POST', '/v3.0/OS-CREDENTIAL/securitytokens'],
  ['POST', '/file/upload'],
  ['POST', '/file/mpupload/init'],
  ['POST', '/file/mpupload/upload'],
  ['POST', '/v2/ost/pro_create'],
  ['POST', '/?Action=CommitResourceUpload&Version=2022-01-01'],
  ['POST', `/api/v1/batch/${LIBRARIES.file.id}/-?delete`],
  ['POST', `/api/v1/file/${LIBRARIES.file.id}/-/a.bin?multipart`],
  ['PUT', `/cos/${LIBRARIES.file.id}/-/nothing`],
  ['PUT', `/${ACCOUNT.id}/a.wav`],
  ['PUT', `/obs/${PROJECTS.main.id}/a/b.mp4`],
  ['POST', '/uploads'],
  ['PATCH', `/uploads/${'A'.repeat(14)}.${'0'.repeat(32)}.${'A'.repeat(22)}`],
]

async function tell(target: Target, outcomes: readonly Outcome[], readMaxMb = READ_MAX_MB) {
  const readMb = await mostReadMb(target, ({ status = 0 }) => status >= 400)
  return [
    none('requests that were let in', outcomes.filter(({ status }) => status > 0 && status < 400).length),
    none('errors of the server', outcomes.filter(({ status }) => status >= 500 && status !== 503).length),
    atMost('read of one body', readMb, readMaxMb, 'MB'),
  ]
}

const withoutCredentials: Attack = {
  name: 'bodies-without-credentials',
  group: 'who first',
  shows: '12 MiB bodies for every call of every dialect, by nobody',
  limit: '400 MB of memory; at most 1.5 MB of a refused body are read or skipped',
  beside: true,
  run: async (target) => {
    const outcomes = await everybody(target, (index) => {
      const [method, path] = OPEN_CALLS[index % OPEN_CALLS.length] ?? ['POST', '/']
      return sendBody(target, index, method, path, {})
    })
    return tell(target, outcomes, SKIPPED_MAX_MB)
  },
}

const forgedSignatures: Attack = {
  name: 'bodies-with-forged-signatures',
  group: 'who first',
  shows:
    '12 MiB bodies behind a fresh signature of a known key that is wrong, where the signature covers the body',
  limit: '400 MB of memory; /healthz within 200 ms',
  beside: true,
  run: async (target) => {
    const outcomes = await everybody(target, (index) => {
      const isVod = index % 2 === 0
      const path = isVod
        ? `/v1.0/${PROJECTS.main.id}/asset`
        : '/?Action=CommitResourceUpload&Version=2022-01-01'
      const host = `127.0.0.1:${target.port}`
      const proof = isVod ? forgedVod(path) : forgedVms(host, path.slice(2))
      return sendBody(target, index, 'POST', path, proof)
    })
    return tell(target, outcomes)
  },
}

function sendBody(
  target: Target,
  index: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const host = { Host: `127.0.0.1:${target.port}` }
  const described = { 'Content-Type': 'application/json', 'Content-Length': BODY_SIZE }
  return sendRaw(target, index, {
    head: headOf(method, path, { ...host, ...described, ...headers }),
    body: zeros(BODY_SIZE),
  })
}

/** JSON that costs most to parse: an array of small objects. */
const costlyJson = (size: number): string => `{"a":[${'{"a":1},'.repeat(Math.floor(size / 8))}0]}`

const largeJson: Attack = {
  name: 'large-signed-json',
  group: 'who first',
  shows: 'signed JSON of 8.3 MB, one after the other in every dialect',
  limit: '/healthz within 200 ms; honest calls at most three times as slow; at most 2.5 MB of one are read',
  beside: true,
  run: async (target) => {
    const tenant = new Tenant(target)
    const json = costlyJson(8_300_000)
    const calls: readonly (() => Promise<{ readonly status: number; readonly text: string }>)[] = [
      () => tenant.vod('POST', 'asset', json),
      () => tenant.vms('CommitResourceUpload', json),
      () => tenant.iflytek('/file/mpupload/init', json),
      () => tenant.smh('file', 'POST', `batch/${LIBRARIES.file.id}/-?delete`, { json }),
      () => tenant.smh('file', 'POST', `file/${LIBRARIES.file.id}/-/a.bin?multipart`, { json }),
    ]
    let taken = 0
    for (let round = 0; round < (target.isShort ? 1 : 3); round++) {
      for (const call of calls) {
        const { status, text } = await call()
        if (status === 200 && !/"code":1\d{4}/.test(text)) taken++
      }
    }
    return [
      none('bodies that were taken', taken),
      atMost('read of one body', await mostReadMb(target), READ_MAX_MB, 'MB'),
    ]
  },
}

/** Less than the items of a batch may have. */
const HELD_SIZE = 1_000_000
const HELD_EACH = 4

const heldBodies: Attack = {
  name: 'held-json-bodies',
  group: 'who first',
  shows: 'JSON bodies of a tenant of 1 MB, of which the last byte is held back, four for each client',
  limit: '400 MB of memory (one budget for all bodies in memory: `buffered_bytes_max`)',
  beside: true,
  run: async (target) => {
    const token = await new Tenant(target).smhToken('file')
    const path = `/api/v1/batch/${LIBRARIES.file.id}/-?delete&access_token=${token}`
    const isOver = new Promise<void>((resolve) => setTimeout(resolve, target.seconds * 1000))
    const outcomes = await everybody({ clients: target.clients * HELD_EACH }, (index) =>
      sendRaw(target, index % target.clients, {
        head: headOf('POST', path, {
          ...{ Host: `127.0.0.1:${target.port}`, 'Content-Length': HELD_SIZE },
          'Content-Type': 'application/json',
        }),
        body: held(isOver),
      }),
    )
    return (await tell(target, outcomes)).slice(0, 2)
  },
}

async function* held(isOver: Promise<void>): AsyncGenerator<Uint8Array> {
  yield* zeros(HELD_SIZE - 1)
  await isOver
  yield Buffer.from('0')
}

export const BODIES: readonly Attack[] = [withoutCredentials, forgedSignatures, largeJson, heldBodies]

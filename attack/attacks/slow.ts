import { setTimeout as delay } from 'node:timers/promises'
import { type Attack, atLeast, atMost, none, type Target } from '../attack.ts'
import { Tenant } from '../hostile/signed.ts'
import { everybody, headOf, sendRaw, zeros } from '../hostile/sockets.ts'

const slowHeads: Attack = {
  name: 'slow-heads',
  group: 'budgets',
  shows: 'a byte of a head each second',
  limit: 'a head has to be there in 10 s: closed after at most 15 s',
  fullOnly: 'the limit is a time',
  beside: true,
  run: async (target) => {
    const outcomes = await everybody(target, (index) =>
      sendRaw(target, index, {
        head: 'GET / HTTP/1.1\r\nHost: x\r\nX-A: ',
        isHeadOpen: true,
        body: slowly('a', 1000),
      }),
    )
    const shortest = Math.min(...outcomes.map(({ closedMs }) => closedMs)) / 1000
    return [closedWithin(outcomes, 15), atLeast('shortest connection', shortest, 5, 's')]
  },
}

async function* slowly(text: string, everyMs: number): AsyncGenerator<Uint8Array> {
  for (let count = 0; count < 120; count++) {
    await delay(everyMs)
    yield Buffer.from(text)
  }
}

const closedWithin = (outcomes: readonly { readonly closedMs: number }[], seconds: number) =>
  atMost('longest connection', Math.max(...outcomes.map(({ closedMs }) => closedMs)) / 1000, seconds, 's')

const slowLogins: Attack = {
  name: 'slow-unauthenticated-bodies',
  group: 'budgets',
  shows: 'a login whose body comes by a byte a second',
  limit: 'an exchange of nobody has a total deadline: closed after at most 65 s',
  fullOnly: 'the limit is a time',
  beside: true,
  run: async (target) => {
    const head = headOf('POST', '/v3/auth/tokens', {
      ...{ Host: 'x', 'Content-Type': 'application/json', 'Content-Length': 1000 },
    })
    return [
      closedWithin(
        await everybody(target, (index) => sendRaw(target, index, { head, body: slowly('{', 1000) })),
        65,
      ),
    ]
  },
}

const slowUploads: Attack = {
  name: 'slow-bodies',
  group: 'budgets',
  shows: 'signed uploads at 10 bytes a second, beside uploads at 50 KB/s',
  limit: '1 KiB/s over any 60 s: closed after at most 90 s; the uploads at 50 KB/s all end well',
  fullOnly: 'the limit is a time',
  beside: true,
  run: async (target) => {
    const slow = everybody(target, async (index) =>
      sendRaw(target, index, {
        head: await uploadHead(target, index, 1_000_000),
        body: slowly('0123456789', 1000),
      }),
    )
    const honest = Promise.all(
      Array.from({ length: target.clients }, async (_, index) => {
        const head = await uploadHead(target, 300 + index, 1_500_000)
        return sendRaw(target, 300 + index, { head, body: paced(1_500_000, 50_000) })
      }),
    )
    const lost = (await honest).filter(({ status }) => status !== 200).length
    return [none('uploads at 50 KB/s that were lost', lost), closedWithin(await slow, 90)]
  },
}

async function* paced(size: number, rate: number): AsyncGenerator<Uint8Array> {
  for (const chunk of zeros(size, rate)) {
    await delay(1000)
    yield chunk
  }
}

/** The head of a PUT of a voice file to an upload URL of its own. */
async function uploadHead(target: Target, index: number, size: number | null): Promise<string> {
  const { text } = await new Tenant(target, index).vms('GetResourceUploadUrl', {
    FileName: `attack-${index}.wav`,
  })
  const { Result } = JSON.parse(text) as { readonly Result?: { readonly UploadUrl: string } }
  if (Result === undefined) throw new Error(`an upload URL of VMS was answered ${text}`)
  const { UploadUrl } = Result
  const { pathname, search, host } = new URL(UploadUrl)
  const framing = size === null ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': size }
  return headOf('PUT', pathname + search, { Host: host, ...framing })
}

const smallChunks: Attack = {
  name: 'small-chunks',
  group: 'budgets',
  shows: 'uploads in chunks of one byte',
  limit: '400 MB of memory; /healthz within 200 ms; honest calls at most three times as slow',
  beside: true,
  run: async (target) => {
    const size = target.isShort ? 20_000 : 60_000
    const frames = Buffer.from('1\r\n0\r\n'.repeat(10_000))
    const outcomes = await everybody(target, async (index) => {
      const body = [...Array.from({ length: size / 10_000 }, () => frames), Buffer.from('0\r\n\r\n')]
      return sendRaw(target, index, { head: await uploadHead(target, index, null), body })
    })
    return [
      atLeast('uploads that ended well', outcomes.filter(({ status }) => status === 200).length, 1, ''),
      none('errors of the server', outcomes.filter(({ status }) => status === 500).length),
    ]
  },
}

export const SLOW: readonly Attack[] = [slowHeads, slowLogins, slowUploads, smallChunks]

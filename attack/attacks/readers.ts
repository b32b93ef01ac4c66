import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ACCOUNT } from '../../test/support/harness.ts'
import { signVms } from '../../test/support/volcengine.ts'
import { type Attack, atLeast, type Target } from '../attack.ts'
import { Tenant } from '../hostile/signed.ts'
import { everybody, headOf, open } from '../hostile/sockets.ts'
import { smhLink, vmsLink } from '../hostile/stored.ts'

const MIB = 1024 ** 2
const LARGE = { short: 4 * MIB, full: 32 * MIB }

/** Asks for something large on every connection, and takes `bytesEach` bytes of it each second. Returns how many answers came. */
async function readSlowly(target: Target, link: string, bytesEach: number): Promise<number> {
  const { pathname, search, host } = new URL(link)
  const head = headOf('GET', pathname + search, { Host: host })
  const end = performance.now() + target.seconds * 1000
  const answers = await everybody(target, async (index) => {
    const socket = await open(target, index)
    socket.pause()
    socket.write(`${head}\r\n\r\n`)
    while (performance.now() < end && !socket.destroyed) {
      await delay(1000)
      if (bytesEach > 0) socket.read(bytesEach)
    }
    const answer = String(socket.read() ?? '')
    socket.destroy()
    return answer
  })
  return answers.filter((answer) => answer !== '').length
}

const slowReaders: Attack = {
  name: 'slow-readers',
  group: 'budgets',
  shows: 'downloads of 32 MiB of which nothing is taken, or a byte a second',
  limit: '400 MB of memory; honest calls at most three times as slow',
  beside: true,
  run: async (target) => {
    const bytes = randomBytes(target.isShort ? LARGE.short : LARGE.full)
    const link = await smhLink(new Tenant(target, 400), 'large.bin', bytes)
    const unread = await readSlowly(target, link, 0)
    const slow = await readSlowly(target, link, 1)
    return [
      atLeast('downloads that were not taken', unread, 1, ''),
      atLeast('downloads that were taken slowly', slow, 1, ''),
    ]
  },
}

const manyLists: Attack = {
  name: 'unread-lists',
  group: 'budgets',
  shows: 'long lists of VMS that are asked for again and again, and never read',
  limit: '400 MB of memory; /healthz within 200 ms',
  beside: true,
  run: async (target) => {
    const tenant = new Tenant(target, 400)
    const count = target.isShort ? 20 : 200
    for (let index = 0; index < count; index += 1) await vmsLink(tenant, `listed-${index}.wav`)
    const end = performance.now() + target.seconds * 1000
    const begun = await everybody(target, async (index) => {
      let answers = 0
      while (performance.now() < end) if (await askUnread(target, index)) answers++
      return answers
    })
    return [
      atLeast(
        'lists that were begun',
        begun.reduce((sum, answers) => sum + answers, 0),
        1,
        '',
      ),
    ]
  },
}

const LISTS_AHEAD = 20
const UNREAD_MS = 500

/** Asks for lists ahead of their answers, reads none of them, and goes away. Returns whether an answer began. */
async function askUnread(target: Target, index: number): Promise<boolean> {
  const rawQuery = 'Action=QueryUsableResource&Version=2022-01-01'
  const body = JSON.stringify({ Type: 0 })
  const headers = signVms({
    ...{ method: 'POST', rawQuery, body, keys: ACCOUNT },
    headers: { 'content-type': 'application/json', host: `${target.host}:${target.port}` },
  })
  const head = headOf('POST', `/?${rawQuery}`, { ...headers, 'content-length': Buffer.byteLength(body) })
  const socket = await open(target, index)
  socket.pause()
  socket.write(`${head}\r\n\r\n${body}`.repeat(LISTS_AHEAD))
  await delay(UNREAD_MS)
  const answer = String(socket.read() ?? '')
  socket.destroy()
  return answer.startsWith('HTTP/1.1 200')
}

export const READERS: readonly Attack[] = [slowReaders, manyLists]

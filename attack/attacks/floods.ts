import { setTimeout as delay } from 'node:timers/promises'
import { hostileAddress } from '../addresses.ts'
import { type Attack, atLeast, atMost, none } from '../attack.ts'
import { requestLines } from '../hostile/log.ts'
import { everybody, open, sendRaw } from '../hostile/sockets.ts'
import { WireClient } from '../wire.ts'

/** A connection has 32 requests ahead, and one that is answered; a few come on top. */
const SERVED_MAX = 64

const pipelining: Attack = {
  name: 'pipelining',
  group: 'budgets',
  shows: 'thousands of requests ahead of their answers, which nobody reads',
  limit: 'at most 64 are served for each connection; 400 MB of memory; /healthz within 200 ms',
  beside: true,
  run: async (target) => {
    const requests = Buffer.from('GET /v1.0/x/asset/list HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1000))
    await everybody(target, async (index) => {
      const socket = await open(target, index)
      socket.pause()
      const isOver = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      for (let round = 0; round < 10 && !socket.destroyed; round++) socket.write(requests)
      await Promise.race([isOver, delay(target.seconds * 1000)])
      socket.destroy()
    })
    const served = (await requestLines(target)).filter(({ remote }) =>
      String(remote).includes('127.1.'),
    ).length
    return [atMost('requests served for each connection', served / target.clients, SERVED_MAX, '')]
  },
}

const manyHeaders: Attack = {
  name: 'many-headers',
  group: 'budgets',
  shows: 'heads of 60 KB in 5,000 headers, over and over',
  limit: 'each is refused with 431; /healthz within 200 ms',
  beside: true,
  run: async (target) => {
    const head = `GET / HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(5000)}a: b`
    const rounds = target.isShort ? 2 : 20
    const outcomes = await everybody(target, async (index) => {
      const statuses: number[] = []
      for (let round = 0; round < rounds; round++)
        statuses.push((await sendRaw(target, index, { head })).status)
      return statuses
    })
    const statuses = outcomes.flat()
    const other = statuses.filter((status) => status !== 431 && status !== 0 && status !== 429)
    return [
      atLeast('answered with 431', statuses.filter((status) => status === 431).length, 1, ''),
      none('answered with something else', other.length),
    ]
  },
}

const floods: Attack = {
  name: 'request-floods',
  group: 'budgets',
  shows: 'clients that call as fast as they can, each from an address of its own, with no credentials',
  limit: '400 MB of memory; /healthz within 200 ms; honest calls at most three times as slow',
  beside: true,
  run: async (target) => {
    const end = performance.now() + target.seconds * 1000
    let answered = 0
    let errors = 0
    await everybody(target, async (index) => {
      const client = new WireClient(target.url, hostileAddress(index))
      while (performance.now() < end && (!target.isShort || answered < 2000)) {
        const { status } = await client.call('/v1.0/0123456789abcdef0123456789abcdef/asset/list')
        if (status !== 0) answered++
        else await delay(5)
        if (status >= 500 && status !== 503) errors++
      }
      client.close()
    })
    return [atLeast('calls answered', answered, 1, ''), none('errors of the server', errors)]
  },
}

export const FLOODS: readonly Attack[] = [pipelining, manyHeaders, floods]

import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { honestAddress } from '../addresses.ts'
import { type Attack, atLeast, Impossible, none, type Target } from '../attack.ts'
import { requestLines } from '../hostile/log.ts'
import { open, sendRaw } from '../hostile/sockets.ts'
import { WireClient } from '../wire.ts'

/** Connections that a server of the short form takes. */
const SHORT_CONNECTIONS = 400
const FULL_CONNECTIONS = 10_000

/** As many connections as the server takes but one, each with a byte now and then. */
const idleSockets = (name: string, addresses: number, shows: string): Attack => ({
  ...{ name, shows, group: 'budgets', beside: true, settings: {} },
  limit: '/healthz and honest clients are let in: 0 failures',
  run: async (target) => {
    const count = (target.isShort ? SHORT_CONNECTIONS : FULL_CONNECTIONS) - 1
    const sockets = await openMany(target, count, addresses)
    await dribble(sockets, target.seconds, () => 'G')
    const answers = await Promise.all(
      [0, 1, 2, 3, 4].map(() => new WireClient(target.url, honestAddress(50)).call('/healthz')),
    )
    for (const socket of sockets) socket.destroy()
    return [none('strangers kept out', answers.filter(({ status }) => status !== 200).length)]
  },
})

async function openMany(target: Target, count: number, addresses: number): Promise<readonly Socket[]> {
  const sockets: Socket[] = []
  for (let at = 0; at < count; at += 200) {
    const some = Array.from({ length: Math.min(200, count - at) }, (_, index) => at + index)
    sockets.push(...(await Promise.all(some.map((index) => open(target, index % addresses)))))
  }
  return sockets
}

/** Sends something on every socket every second. */
async function dribble(sockets: readonly Socket[], seconds: number, text: () => string): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    for (const socket of sockets) if (!socket.destroyed) socket.write(text())
    await delay(1000)
  }
}

const shortSettings = (attack: Attack): Attack => ({
  ...attack,
  shortSettings: { connections_max: String(SHORT_CONNECTIONS) },
})

const halfOpenTls: Attack = {
  name: 'half-open-tls',
  group: 'budgets',
  shows: 'connections for HTTPS on which no handshake begins',
  limit: '/healthz and honest clients are let in: 0 failures',
  settings: { 'tls.auto': 'true', 'tls.listen': '127.0.0.1:0' },
  beside: true,
  run: async (target) => {
    if (target.tlsPort === 0) throw new Error('the server speaks no HTTPS')
    const count = (target.isShort ? SHORT_CONNECTIONS : FULL_CONNECTIONS) - 1
    const sockets = await openMany({ ...target, url: 'http:', port: target.tlsPort }, count, 1)
    await delay(target.seconds * 1000)
    const answers = await Promise.all(
      [0, 1, 2].map(() => new WireClient(target.url, honestAddress(50)).call('/healthz')),
    )
    for (const socket of sockets) socket.destroy()
    return [none('strangers kept out', answers.filter(({ status }) => status !== 200).length)]
  },
}

const OTHERS_ADDRESS = '203.0.113.9'

const forgedAddresses: Attack = {
  name: 'forged-addresses',
  group: 'budgets',
  shows: "another's address by X-Forwarded-For, Forwarded, X-Real-IP and the PROXY protocol",
  limit: 'the log never shows it: 0 lines; where a proxy is trusted, it shows the client behind it',
  settings: { trusted_proxies: '127.3.0.0/16' },
  run: async (target) => {
    if (target.port !== target.directPort) throw new Impossible('another proxy stands in front of the server')
    const forged = new WireClient(target.url, honestAddress(60))
    const lies = {
      'x-forwarded-for': OTHERS_ADDRESS,
      forwarded: `for=${OTHERS_ADDRESS}`,
      'x-real-ip': OTHERS_ADDRESS,
    }
    await forged.call('/v1.0/x/asset/list', { headers: lies })
    await sendRaw(target, 0, {
      head: `PROXY TCP4 ${OTHERS_ADDRESS} 127.0.0.1 4444 80\r\nGET /v1.0/x/asset/list HTTP/1.1\r\nHost: x`,
    })
    const before = (await requestLines(target)).filter(({ remote }) => remote === OTHERS_ADDRESS).length
    const proxy = new WireClient(target.url, '127.3.0.7')
    await proxy.call('/v1.0/x/asset/list', { headers: { 'x-forwarded-for': `1.1.1.1, ${OTHERS_ADDRESS}` } })
    const lines = (await requestLines(target)).filter(({ remote }) => remote === OTHERS_ADDRESS)
    return [
      none('lies in the log', before),
      atLeast('clients seen behind a trusted proxy', lines.length - before, 1, ''),
    ]
  },
}

export const CONNECTIONS: readonly Attack[] = [
  shortSettings(idleSockets('idle-sockets', 1, '9,999 connections of one address, with a byte now and then')),
  shortSettings(
    idleSockets('idle-sockets-of-many', 200, '9,999 connections of 200 addresses, with a byte now and then'),
  ),
  shortSettings(halfOpenTls),
  forgedAddresses,
]

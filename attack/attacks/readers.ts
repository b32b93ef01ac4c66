import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Attack, none, type Target } from '../attack.ts'
import { Tenant } from '../hostile/signed.ts'
import { everybody, headOf, open } from '../hostile/sockets.ts'
import { smhLink, vmsLink } from '../hostile/stored.ts'

const MIB = 1024 ** 2
const LARGE = { short: 4 * MIB, full: 32 * MIB }

/** Asks for something large on every connection, and takes `bytesEach` bytes of it each second. */
async function readSlowly(target: Target, link: string, bytesEach: number): Promise<void> {
  const { pathname, search, host } = new URL(link)
  const head = headOf('GET', pathname + search, { Host: host })
  const end = performance.now() + target.seconds * 1000
  await everybody(target, async (index) => {
    const socket = await open(target, index)
    socket.write(`${head}\r\n\r\n`)
    socket.pause()
    while (performance.now() < end && !socket.destroyed) {
      await delay(1000)
      if (bytesEach > 0) socket.read(bytesEach)
    }
    socket.destroy()
  })
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
    await readSlowly(target, link, 0)
    await readSlowly(target, link, 1)
    return [none('errors', 0)]
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
    await everybody(target, async (index) => {
      const hostile = new Tenant(target, index)
      while (performance.now() < end) {
        const { status } = await hostile.vms('QueryUsableResource', { Type: 0 })
        if (status === 0 || status >= 400) await delay(20)
      }
    })
    return [none('errors', 0)]
  },
}

export const READERS: readonly Attack[] = [slowReaders, manyLists]

import { once } from 'node:events'
import type { Server } from 'node:net'
import { postgresRelay } from './postgres.ts'
import { s3Relay } from './s3.ts'
import { type Order, Steps, type Told } from './steps.ts'

/** The process of the relay: it stands between one node and its stores, and steps through what the node says to them. */
const steps = new Steps()
const tell = (told: Told): void => void process.send?.(told)

process.on('message', async (order: Order) => {
  switch (order.type) {
    case 'open': {
      const postgresPort = await listen(postgresRelay(new URL(order.postgres), steps))
      const s3Port = await listen(s3Relay(new URL(order.s3), steps))
      tell({ type: 'opened', postgresPort, s3Port })
      return
    }
    case 'arm':
      steps.arm(order.arming)
      tell({ type: 'passed', passed: steps.passed })
      return
    case 'tell':
      tell({ type: 'passed', passed: steps.passed })
  }
})
process.on('disconnect', () => process.exit())
// Whoever started it ends it, also where a terminal tells all of them to end.
process.on('SIGINT', () => undefined)

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

import { hash } from 'node:crypto'
import { type MessagePort, parentPort } from 'node:worker_threads'
import { Digester } from '../../core/bytes/digests.ts'
import { messageOf } from '../../core/errors.ts'
import type { Reply, Request } from '../lanes.ts'
import type { Job, Outcome } from './jobs.ts'

type Measure = Extract<Job, { type: 'measure' }>

const digesters = new Map<number, Digester>()

if (parentPort !== null) serve(parentPort)

function serve(port: MessagePort): void {
  port.on('message', (request: Request<Job>) => {
    if (request === 'stop') {
      port.close()
      return
    }
    const reply: Reply<Outcome> = { call: request.call, ...perform(request.job) }
    port.postMessage(reply, reply.type === 'measured' ? [reply.buffer] : [])
  })
}

function perform(job: Job): Outcome {
  try {
    if (job.type === 'measure') return measure(job)
    digesters.delete(job.segment)
    return { type: 'forgotten' }
  } catch (error) {
    return { type: 'failed', message: messageOf(error) }
  }
}

function measure({ segment, digests, buffer, size, isLast }: Measure): Outcome {
  if (digests !== null) digesters.set(segment, Digester.ofSegment(digests))
  const digester = digesters.get(segment)
  if (digester === undefined) throw new Error('the segment is lost: a worker died')
  const bytes = new Uint8Array(buffer, 0, size)
  digester.update(bytes)
  if (isLast) digesters.delete(segment)
  const facts = isLast ? digester.finish() : null
  // These bytes are the whole segment, whose MD5 was promised: it is known already.
  const whole = digests === null ? undefined : facts?.digests.md5
  const md5 =
    whole === undefined ? hash('md5', bytes, 'base64') : Buffer.from(whole, 'hex').toString('base64')
  return { type: 'measured', sums: { md5 }, facts, buffer }
}

import { unlinkSync } from 'node:fs'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { Reply, Request } from '../lanes.ts'
import { errorCode, toFailure } from './failures.ts'
import { faultPlayer } from './faults.ts'
import type { Job, Outcome, WorkerSetup } from './jobs.ts'
import { segmentPath } from './layout.ts'
import { SegmentFile } from './segment-file.ts'

type Write = Extract<Job, { type: 'write' }>
type Abort = Extract<Job, { type: 'abort' }>

const { dir, durability, faults } = workerData as WorkerSetup
const playFault = faultPlayer(faults, () => process.exit(1))
const files = new Map<number, SegmentFile>()

if (parentPort !== null) serve(parentPort)

function serve(port: MessagePort): void {
  port.on('message', (request: Request<Job>) => {
    if (request === 'stop') {
      for (const segment of [...files.keys()]) discard(segment)
      port.close()
      return
    }
    const { call, job } = request
    const reply: Reply<Outcome> = { call, ...perform(job) }
    port.postMessage(reply, reply.buffer === null ? [] : [reply.buffer])
  })
}

function perform(job: Job): Outcome {
  const buffer = job.type === 'write' ? job.buffer : null
  try {
    const facts = job.type === 'write' ? write(job) : abort(job)
    return { failure: null, facts, buffer }
  } catch (error) {
    discard(job.segment)
    return { failure: toFailure(error), facts: null, buffer }
  }
}

function write({ segment, create, buffer, size, isLast }: Write): Outcome['facts'] {
  if (create !== null) {
    files.set(segment, new SegmentFile(segmentPath(dir, create.name), create.digests, playFault))
  }
  const file = files.get(segment)
  if (file === undefined) throw new Error('the segment is lost: an earlier write failed')
  if (buffer !== null) file.write(new Uint8Array(buffer, 0, size))
  if (!isLast) return null
  const facts = file.finish(durability)
  files.delete(segment)
  return facts
}

function abort({ segment, name }: Abort): null {
  if (files.has(segment)) discard(segment)
  else removeFile(segmentPath(dir, name))
  return null
}

/** Best effort: a file that cannot be removed is left to the sweep. */
function discard(segment: number): void {
  try {
    files.get(segment)?.discard()
  } catch {
    // The sweep removes it.
  }
  files.delete(segment)
}

function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

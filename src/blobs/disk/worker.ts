import { unlinkSync } from 'node:fs'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { Reply, Request } from '../lanes.ts'
import { errorCode, toFailure } from './failures.ts'
import { faultPlayer } from './faults.ts'
import { Hashes } from './hashes.ts'
import type { Job, Outcome, WorkerSetup } from './jobs.ts'
import { segmentPath } from './layout.ts'
import { SegmentFile } from './segment-file.ts'

type Write = Extract<Job, { type: 'write' }>
type Abort = Extract<Job, { type: 'abort' }>

const { dir, durability, memory, faults } = workerData as WorkerSetup
const playFault = faultPlayer(faults, () => process.exit(1))
const files = new Map<number, SegmentFile>()
const hashes = new Hashes()

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
    port.postMessage(reply)
  })
}

function perform(job: Job): Outcome {
  const nothing: Outcome = { failure: null, facts: null, digests: null }
  try {
    switch (job.type) {
      case 'write':
        return { ...nothing, facts: write(job) }
      case 'hash':
        return { ...nothing, digests: hashes.add(job, new Uint8Array(memory, job.at, job.size)) }
      case 'abort':
        abort(job)
        return nothing
      case 'forget':
        hashes.forget(job.segment, job.digest)
        return nothing
    }
  } catch (error) {
    if (job.type === 'write' || job.type === 'abort') discard(job.segment)
    return { ...nothing, failure: toFailure(error) }
  }
}

function write({ segment, create, at, size, isLast }: Write): Outcome['facts'] {
  if (create !== null) {
    files.set(segment, new SegmentFile(segmentPath(dir, create.name), create.digests, playFault))
  }
  const file = files.get(segment)
  if (file === undefined) throw new Error('the segment is lost: an earlier write failed')
  if (size > 0) file.write(new Uint8Array(memory, at, size))
  if (!isLast) return null
  const facts = file.finish(durability)
  files.delete(segment)
  return facts
}

function abort({ segment, name }: Abort): void {
  if (files.has(segment)) discard(segment)
  else removeFile(segmentPath(dir, name))
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

import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type RunOptions, type RunResult, runDifferential } from './run.ts'
import { type Counts, Tally } from './tally.ts'

/** What a thread is told. `over` is 1 once one of them found a difference. */
interface Task {
  readonly options: RunOptions
  readonly over: Int32Array
}

/** What a thread says: how many commands it has done, and at its end what came of them. */
type Message =
  | { readonly type: 'progress'; readonly done: number }
  | { readonly type: 'result'; readonly counts: Counts; readonly found: RunResult['found'] }

/** As `runDifferential`, with the histories shared out among threads. `onProgress` hears how many commands are done. */
export async function runInThreads(
  options: RunOptions,
  threads: number,
  onProgress: (done: number) => void,
): Promise<RunResult> {
  const over = new Int32Array(new SharedArrayBuffer(4))
  const done = Array.from({ length: threads }, () => 0)
  const tally = new Tally()
  let found: RunResult['found'] = null
  const hear = (thread: number, message: Message): void => {
    if (message.type === 'progress') {
      done[thread] = message.done
      onProgress(done.reduce((sum, each) => sum + each, 0))
      return
    }
    tally.addCounts(message.counts)
    found ??= message.found
  }
  await Promise.all(
    done.map(async (_, thread) => {
      const share = { remainder: thread, of: threads }
      const task: Task = { options: { ...options, share }, over }
      const worker = new Worker(new URL(import.meta.url), { workerData: task })
      worker.on('message', (message: Message) => hear(thread, message))
      await once(worker, 'exit')
    }),
  )
  return { tally, found }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort
  const { options, over }: Task = workerData
  const say = (message: Message) => port.postMessage(message)
  const { tally, found } = await runDifferential({
    ...options,
    isOver: () => Atomics.load(over, 0) === 1,
    onProgress: (done) => say({ type: 'progress', done }),
  })
  if (found !== null) Atomics.store(over, 0, 1)
  say({ type: 'result', counts: tally.counts(), found })
}

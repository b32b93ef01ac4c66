import type { ByteSource } from '../core/ports/media.ts'
import { READ_SIZE_MAX } from './messages.ts'

/** Bytes that another thread has. `deliver` and `fail` answer the oldest `ask`. */
export interface RemoteSource extends ByteSource {
  deliver(bytes: Uint8Array): void
  fail(): void
}

/** Cuts reads into runs of at most READ_SIZE_MAX and asks for them one after the other. `head` are the first bytes, which are there. */
export function createRemoteSource(
  size: number,
  head: Uint8Array,
  ask: (start: number, end: number) => void,
): RemoteSource {
  let deliver: (bytes: Uint8Array) => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  let last: Promise<unknown> = Promise.resolve()

  const readRun = (start: number, end: number): Promise<Uint8Array> => {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    deliver = resolve
    fail = reject
    ask(start, end)
    return promise
  }

  const readAll = async (start: number, end: number): Promise<Uint8Array> => {
    if (end - start <= READ_SIZE_MAX) return readRun(start, end)
    const whole = new Uint8Array(end - start)
    for (let at = start; at < end; at += READ_SIZE_MAX) {
      whole.set(await readRun(at, Math.min(at + READ_SIZE_MAX, end)), at - start)
    }
    return whole
  }

  return {
    size,
    deliver: (bytes) => deliver(bytes),
    fail: () => fail(new Error('the bytes cannot be read')),
    read: (start, end) => {
      if (start >= 0 && start < end && end <= head.byteLength)
        return Promise.resolve(head.subarray(start, end))
      const read = last.then(() => readAll(start, end))
      last = read.catch(() => undefined)
      return read
    },
  }
}

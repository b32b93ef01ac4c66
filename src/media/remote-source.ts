import type { ByteSource } from '../core/ports/media.ts'
import { READ_SIZE_MAX, type Window } from './messages.ts'

/** Bytes that another thread has. `deliver` and `fail` answer the oldest `ask`. */
export interface RemoteSource extends ByteSource {
  /** So many bytes are in the window. */
  deliver(length: number): void
  fail(): void
}

/** Cuts reads into runs of at most READ_SIZE_MAX and asks for them one after the other. The first bytes, `headLength`, are in the window already. */
export function createRemoteSource(
  size: number,
  { window, headLength }: { readonly window: Window; readonly headLength: number },
  ask: (start: number, end: number) => void,
): RemoteSource {
  const head = new Uint8Array(window.subarray(0, headLength))
  let deliver: (bytes: Window) => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  let last: Promise<unknown> = Promise.resolve()

  /** What it gives is in the window until the next run is asked for. */
  const readRun = (start: number, end: number): Promise<Window> => {
    const { promise, resolve, reject } = Promise.withResolvers<Window>()
    deliver = resolve
    fail = reject
    ask(start, end)
    return promise
  }

  const readAll = async (start: number, end: number, into: Uint8Array | undefined): Promise<Uint8Array> => {
    const whole = into?.subarray(0, end - start) ?? new Uint8Array(end - start)
    for (let at = start; at < end; at += READ_SIZE_MAX) {
      whole.set(await readRun(at, Math.min(at + READ_SIZE_MAX, end)), at - start)
    }
    return whole
  }

  return {
    size,
    deliver: (length) => deliver(window.subarray(0, length)),
    fail: () => fail(new Error('the bytes cannot be read')),
    read: (start, end, into) => {
      if (start >= 0 && start < end && end <= head.byteLength)
        return Promise.resolve(head.subarray(start, end))
      const read = last.then(() => readAll(start, end, into))
      last = read.catch(() => undefined)
      return read
    },
  }
}

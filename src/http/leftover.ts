import type { ActiveExchange } from './active.ts'
import { freeChunk } from './free-chunk.ts'
import type { HttpLimits } from './limits.ts'

type Limits = Pick<HttpLimits, 'discardSizeMax' | 'discardMs'>

/** What happens to the rest of a request's body once its answer is ready. */
export type Leftover =
  /** Nothing is left, or so little that it can be read away before the next request. */
  | 'keep'
  /** The connection ends with this answer; what still arrives is read away for a while, so that no reset overtakes it. */
  | 'linger'
  /** The connection ends with this answer; nothing more is expected from the client. */
  | 'close'

export function leftoverOf(active: ActiveExchange, limits: Limits): Leftover {
  const { request, body } = active
  if (body.fault !== null) return 'close'
  if (request.complete) return 'keep'
  if (active.isContinueAwaited) return 'close'
  const announced = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  return announced - body.bytes <= limits.discardSizeMax ? 'keep' : 'linger'
}

/** Once too much came: the client gets this long to read its answer, while nothing more is read. */
const LINGER_MS = 1000

/** Whether all of the request has come in: nothing has to be read away. */
export const isAllThere = ({ request, body, isContinueAwaited }: ActiveExchange): boolean =>
  request.complete && body.fault === null && !isContinueAwaited

/** Lets go what a reader of the body left of it. */
export function letGo({ request, body }: ActiveExchange): void {
  if (body.isStarted && !request.readableEnded) request.resume()
}

/**
 * Reads away the rest of the body. `waitMs` counts what all clients together have read away, and says when more may be read. False when
 * it did not end within the limits.
 */
export async function discardRest(
  active: ActiveExchange,
  limits: Limits,
  waitMs: (size: number) => number,
): Promise<boolean> {
  const { request, body } = active
  if (request.complete || body.fault !== null || active.isContinueAwaited) {
    letGo(active)
    return request.complete
  }
  let size = 0
  let end: NodeJS.Timeout | undefined
  let next: NodeJS.Timeout | undefined
  await active.until((done) => {
    const go = () => request.resume()
    end = setTimeout(done, limits.discardMs)
    body.onFault = done
    request.on('end', done).on('data', (chunk: Uint8Array) => {
      size += chunk.byteLength
      body.bytes += chunk.byteLength
      active.pieceRead()
      const heldMs = waitMs(chunk.byteLength)
      freeChunk(chunk)
      if (request.isPaused()) return
      if (size > limits.discardSizeMax) {
        clearTimeout(end)
        end = setTimeout(done, Math.min(LINGER_MS, limits.discardMs))
      } else if (heldMs > 0) next = setTimeout(go, heldMs)
      else return
      request.pause()
    })
    go()
  })
  clearTimeout(end)
  clearTimeout(next)
  return request.complete
}

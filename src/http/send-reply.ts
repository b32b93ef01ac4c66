import type { ActiveExchange } from './active.ts'
import { letGo } from './leftover.ts'
import { dropBody, type ReplyHead, replyHead } from './reply-head.ts'
import type { InlineActiveTypes } from './safe-headers.ts'
import type { Reply } from './types.ts'

/** A reply whose stream has given its first bytes. A failure before that can still be answered as an error. */
export interface ReadyReply extends ReplyHead {
  readonly stream: { readonly rest: AsyncIterator<Uint8Array>; readonly first: Uint8Array | null } | null
}

/** The answer to a request, and its error for the log. */
export interface Answer {
  readonly reply: Reply
  readonly error: unknown
  /** Renders an error that comes up while the reply is being prepared. */
  renderError(error: unknown): Reply
}

/** Makes the reply ready to be sent, or the reply to the error of that. `ready` is null when the client left. */
export async function prepareReply(
  active: ActiveExchange,
  { reply, error, renderError }: Answer,
  inlineActiveTypes: InlineActiveTypes,
): Promise<{ readonly reply: Reply; readonly error: unknown; readonly ready: ReadyReply | null }> {
  const isHead = active.request.method === 'HEAD'
  const options = { isHead, inlineActiveTypes }
  try {
    const head = replyHead(reply, options)
    if (isHead) await dropBody(reply)
    return { reply, error, ready: await readyReply(active, head) }
  } catch (unexpected) {
    const other = renderError(unexpected)
    const head = replyHead(other, options)
    return { reply: other, error: unexpected, ready: await readyReply(active, head) }
  }
}

/** Starts the reply's stream. Fails as the stream does. Null when the client went away meanwhile. */
async function readyReply(active: ActiveExchange, head: ReplyHead): Promise<ReadyReply | null> {
  if (head.body === null || head.body instanceof Uint8Array) return { ...head, stream: null }
  const rest = head.body[Symbol.asyncIterator]()
  const result = await active.unlessGone(rest.next())
  if (result === null) {
    stop(rest)
    return null
  }
  return { ...head, stream: { rest, first: result.done === true ? null : result.value } }
}

/** Bytes of the answer's body that were given to the connection so far. */
export interface Sent {
  bytes: number
}

/**
 * Sends everything but the end of the answer, as fast as the client takes it. False when the client went away. An error of
 * the stream, or a length other than announced, is thrown: the connection is to be destroyed, so that the client notices.
 */
export async function sendBody(active: ActiveExchange, reply: ReadyReply, sent: Sent): Promise<boolean> {
  const { response } = active
  if (active.isGone) {
    if (reply.stream !== null) stop(reply.stream.rest)
    return false
  }
  response.writeHead(reply.status, reply.headers.toRaw())
  if (reply.stream !== null) return sendStream(active, reply, reply.stream, sent)
  const bytes = bytesOf(active, reply, sent)
  if (bytes === null) response.flushHeaders()
  else response.write(bytes)
  return !active.isGone
}

/** Sends an answer that is no stream, to its end. */
export async function sendWhole(active: ActiveExchange, reply: ReadyReply, sent: Sent): Promise<void> {
  if (active.isGone) return
  letGo(active)
  active.response.writeHead(reply.status, reply.headers.toRaw())
  await endReply(active, bytesOf(active, reply, sent))
}

/** The body of an answer that is no stream, which counts as sent; null for none. */
function bytesOf(active: ActiveExchange, { body }: ReadyReply, sent: Sent): Uint8Array | null {
  if (!(body instanceof Uint8Array) || body.byteLength === 0) return null
  sent.bytes += body.byteLength
  active.charges.tookOut(body.byteLength)
  return body
}

async function sendStream(
  active: ActiveExchange,
  { size }: ReadyReply,
  { rest, first }: NonNullable<ReadyReply['stream']>,
  sent: Sent,
): Promise<boolean> {
  try {
    for (let chunk = first; chunk !== null; ) {
      if (!(await write(active, chunk, size, sent))) break
      const result = await active.unlessGone(rest.next())
      chunk = result === null || result.done === true ? null : result.value
    }
  } catch (error) {
    stop(rest)
    throw error
  }
  if (active.isGone) {
    stop(rest)
    return false
  }
  if (size !== null && sent.bytes !== size) throw wrongLength()
  return true
}

async function write(
  active: ActiveExchange,
  chunk: Uint8Array,
  size: number | null,
  sent: Sent,
): Promise<boolean> {
  if (chunk.byteLength === 0) return !active.isGone
  if (size !== null && sent.bytes + chunk.byteLength > size) throw wrongLength()
  const later = active.later()
  if (later !== null) await later
  sent.bytes += chunk.byteLength
  active.charges.tookOut(chunk.byteLength)
  active.isWriting = true
  // Until the system has them the bytes stay where they are: the stream may use their memory again for the next ones.
  const isSent = await active.until((done) => {
    active.response.write(chunk, (error) => {
      if (error === null || error === undefined) done()
    })
  })
  active.isWriting = false
  return isSent && withinBudget(active)
}

/** Waits until the client's budget allows more. False when the client went away first. */
async function withinBudget(active: ActiveExchange): Promise<boolean> {
  for (let waitMs = active.charges.waitOutMs(); waitMs > 0; waitMs = active.charges.waitOutMs()) {
    if (!(await active.rest(waitMs))) return false
  }
  return !active.isGone
}

/** Ends the answer, with its last bytes, and waits until it is handed over to the operating system. */
export async function endReply(active: ActiveExchange, bytes: Uint8Array | null = null): Promise<void> {
  active.isWriting = true
  await active.until((done) => {
    if (bytes === null) active.response.end(done)
    else active.response.end(bytes, done)
  })
  active.isWriting = false
}

const wrongLength = (): Error => new Error('the reply’s stream does not have its announced length')

/** Tells the source that nobody listens any more. What it still has to say does not matter. */
function stop(source: AsyncIterator<Uint8Array>): void {
  source.return?.().then(ignore, ignore)
}

function ignore(): void {}

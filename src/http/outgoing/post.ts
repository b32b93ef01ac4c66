/** A message for someone else's server. */
export interface Message {
  readonly url: URL
  /** JSON. */
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  /** How its receiver is called in errors. */
  readonly receiver: string
  /** How long the receiver may take. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * Posts a message. Any 2xx counts as arrived; redirects do not. Errors name no part of the URL, which may hold secrets of the
 * receiver.
 */
export async function post(message: Message): Promise<void> {
  const status = await send(message)
  if (status < 200 || status > 299) throw new Error(`${message.receiver} was answered with ${status}`)
}

async function send({ url, body, headers, receiver, timeoutMs, signal }: Message): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    await response.body?.cancel()
    return response.status
  } catch (error) {
    throw new Error(`${receiver} could not be reached: ${reasonOf(error)}`)
  }
}

/** A system error's code where there is one: `ECONNREFUSED`, `UND_ERR_SOCKET`; else the error's class. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return 'unknown'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { type Arming, killNow, type Steps } from './steps.ts'

/** Stands before an S3 server. Each request is a step. */
export function s3Relay(target: URL, steps: Steps): Server {
  return createServer((incoming, answer) => {
    const step = steps.next(`S3: ${labelOf(incoming)}`)
    pass(target, step, incoming, answer).catch(() => incoming.socket.destroy())
  })
}

/** The method and what kind of request it is, without names. */
function labelOf({ method = '', url = '' }: IncomingMessage): string {
  const { searchParams } = new URL(url, 'http://s3')
  return [method, ...searchParams.keys()].join(' ')
}

async function pass(
  target: URL,
  step: Arming | null,
  incoming: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  if (step?.deed === 'kill before') {
    killNow(step)
    incoming.socket.destroy()
    return
  }
  if (step?.deed === 'hold') await delay(step.holdMs)
  const { method, url: path, headers } = incoming
  const onward = request({ host: target.hostname, port: target.port, method, path, headers })
  const told = Promise.withResolvers<IncomingMessage>()
  onward.on('response', told.resolve).on('error', told.reject)
  answer.once('close', () => onward.destroy())
  incoming.pipe(onward)
  const from = await told.promise
  if (step !== null && step.deed !== 'hold') await answerLate(step, from, incoming, answer)
  else
    from
      .on('error', () => incoming.socket.destroy())
      .pipe(answer.writeHead(from.statusCode ?? 502, from.headers))
}

/** For a step whose answer something is done to. */
async function answerLate(
  step: Arming,
  from: IncomingMessage,
  incoming: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const bytes = await buffer(from)
  if (step.deed === 'kill after') killNow(step)
  if (step.deed === 'cut' && bytes.length > 1) {
    answer.writeHead(from.statusCode ?? 502, from.headers)
    answer.write(bytes.subarray(0, bytes.length / 2), () => incoming.socket.destroy())
    return
  }
  incoming.socket.destroy()
}

import { buffer } from 'node:stream/consumers'
import { parseObjectId } from '../../../core/ids.ts'
import type { Task } from '../../../core/model/tasks.ts'
import { DownloadError, open } from '../../../http/outgoing/download.ts'
import type { Ost } from '../calls/call.ts'
import { failed } from '../model/failures.ts'
import type { Transcription } from '../model/tasks.ts'

/** Bytes that are transcribed. */
export interface Audio {
  /** A name for the file. Tools know it by its ending. */
  readonly name: string
  readonly bytes: AsyncIterable<Uint8Array>
  /** To be called in the end. */
  close(): void
}

const FETCH_TIMEOUT_MS = 3600_000
const FETCH_IDLE_MS = 25_000
/** A host that fails is asked so often. */
const FETCHES_MAX = 4
const HEAD_SIZE = 4

/** Opens what a task is about. Fails with `failed` where no repetition mends it. */
export function openAudio(
  ost: Ost,
  task: Task,
  { source, hints }: Transcription,
  signal: AbortSignal,
): Promise<Audio> {
  return 'object' in source
    ? openOwn(ost, task, { id: source.object, encoding: hints.encoding })
    : fetchForeign(ost, task, source.url, signal)
}

interface Own {
  readonly id: string
  readonly encoding: string
}

async function openOwn({ core }: Ost, { account }: Task, { id, encoding }: Own): Promise<Audio> {
  const object = parseObjectId(id)
  const found = object === null ? null : await core.objects.find({ account, id: object })
  if (found === null) throw failed('the audio is not there any more')
  const head = await buffer(core.objects.read(found, 0, HEAD_SIZE))
  const ending = endingOf(head) ?? endingIn(found.name) ?? (encoding === 'raw' ? 'pcm' : 'bin')
  return { name: `audio.${ending}`, bytes: core.objects.read(found), close: () => {} }
}

async function fetchForeign(
  { options }: Ost,
  { attempts }: Task,
  url: string,
  signal: AbortSignal,
): Promise<Audio> {
  const limits = { timeoutMs: FETCH_TIMEOUT_MS, idleTimeoutMs: FETCH_IDLE_MS }
  try {
    const opened = await open(url, { hosts: options.fetchHosts, signal, ...limits })
    const name = `audio.${endingIn(new URL(url).pathname) ?? 'bin'}`
    return { name, bytes: atMost(opened.bytes, options.audioSizeMax), close: () => opened.close() }
  } catch (error) {
    signal.throwIfAborted()
    const isOver = error instanceof DownloadError && (isFinal(error) || attempts + 1 >= FETCHES_MAX)
    throw isOver ? failed('the audio could not be fetched', error.message) : error
  }
}

/** Whether asking again is of no use: the host must not be asked, or says that it does not have the file. */
const isFinal = ({ failure, status }: DownloadError): boolean =>
  failure === 'refused' || (status !== null && status >= 400 && status < 500 && status !== 429)

async function* atMost(bytes: AsyncIterable<Uint8Array>, sizeMax: number): AsyncIterable<Uint8Array> {
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.byteLength
    if (size > sizeMax) throw failed(`the audio has more than ${sizeMax} bytes`)
    yield chunk
  }
}

const ENDINGS: Readonly<Record<string, string>> = { RIFF: 'wav', fLaC: 'flac', OggS: 'ogg' }

/** The ending of files that begin so; null if that is unknown. */
function endingOf(head: Buffer): string | null {
  const text = head.toString('latin1')
  const isMp3 = text.startsWith('ID3') || (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0)
  return isMp3 ? 'mp3' : (ENDINGS[text] ?? null)
}

/** Names come from clients: only a short, plain ending is taken. */
const endingIn = (name: string): string | null =>
  /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toLowerCase() ?? null

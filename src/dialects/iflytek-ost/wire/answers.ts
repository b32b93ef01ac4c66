import type { JsonObject } from '../../../core/model/json.ts'
import { breathe } from '../../../core/slices.ts'
import type { Reply } from '../../../http/types.ts'
import type { Transcript } from '../model/transcripts.ts'
import { latticeTexts } from './lattice.ts'

/** The answer to every call of the upload host. Keys go out in this order, as the upload host's do. */
export interface Envelope {
  readonly code: number
  readonly sid: string
  readonly data?: JsonObject
  readonly message: string
}

export const envelope = (status: number, { code, sid, data, message }: Envelope): Reply =>
  reply(status, data === undefined ? { code, sid, message } : { code, sid, data, message })

/** The same of the task API, whose keys go out in alphabetical order. */
export const taskEnvelope = (status: number, { code, sid, data, message }: Envelope): Reply =>
  reply(status, data === undefined ? { code, message, sid } : { code, data, message, sid })

/** Stands where the lattice of a transcript goes. Nothing else in such an answer is of a client's making. */
const LATTICE = ['*']
/** Characters of a transcript whose answer is made in one go. */
const WHOLE_LENGTH_MAX = 64 * 1024

/** The answer to a query of a task that is done. A long transcript goes out in pieces: others come in between. */
export function transcriptEnvelope({ sid, data = {}, ...told }: Envelope, transcript: Transcript): Reply {
  const result = { file_length: transcript.lengthMs, lattice: LATTICE, lattice2: LATTICE }
  const { task_id, task_status, task_type, ...before } = data
  const whole = {
    ...before,
    result,
    task_id: task_id ?? '',
    task_status: task_status ?? '',
    task_type: task_type ?? '',
  }
  const { body, ...head } = taskEnvelope(200, { sid, ...told, data: whole })
  const parts = String(body).split(JSON.stringify(LATTICE).slice(1, -1))
  const isLong = transcript.lines.length > WHOLE_LENGTH_MAX
  return { ...head, body: isLong ? inTurns(parts, transcript) : [...textsOf(parts, transcript)].join('') }
}

/** The parts of the answer, with the lattice between any two of them. */
function* textsOf(parts: readonly string[], transcript: Transcript): Generator<string, void> {
  for (const [index, part] of parts.entries()) {
    if (index > 0) yield* latticeTexts(transcript)
    yield part
  }
}

async function* inTurns(parts: readonly string[], transcript: Transcript): AsyncGenerator<Uint8Array, void> {
  for (const text of textsOf(parts, transcript)) {
    yield Buffer.from(text)
    await breathe()
  }
}

const reply = (status: number, body: JsonObject): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})

export const success = (sid: string, data?: JsonObject): Reply =>
  envelope(200, { code: 0, sid, message: 'success', ...(data === undefined ? {} : { data }) })

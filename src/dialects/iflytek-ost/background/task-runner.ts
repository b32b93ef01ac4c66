import { credentialsOf } from '../../../core/accounts.ts'
import type { Task } from '../../../core/model/tasks.ts'
import type { TaskRunner } from '../../../core/ports/background.ts'
import type { Ost } from '../calls/call.ts'
import { appCredential } from '../credentials.ts'
import { failed, reasonOf } from '../model/failures.ts'
import {
  TASK_TOPIC,
  type Transcription,
  transcribed,
  transcriptionJson,
  transcriptionOf,
} from '../model/tasks.ts'
import { FIXTURE, type Segment, transcriptOf } from '../model/transcripts.ts'
import { openAudio } from './audio.ts'
import { recognise } from './recogniser.ts'

/**
 * Transcribes files by the operator's recogniser, some at once. A file that its recogniser fails on is not tried again; one that cannot
 * be read at the moment is.
 */
export function createTaskRunner(ost: Ost): TaskRunner {
  return {
    topic: TASK_TOPIC,
    lanes: ost.options.recognisersMax,
    run: async (task, turn) => {
      const work = { ...transcriptionOf(task.input), isBegun: true }
      await turn.save(transcriptionJson(work))
      const segments = await turn.whileKept((signal) => transcribe(ost, task, work, signal))
      return transcribed(await transcriptOf(segments))
    },
    giveUp: (_, error) => ({ reason: reasonOf(error) }),
  }
}

async function transcribe(
  ost: Ost,
  task: Task,
  work: Transcription,
  signal: AbortSignal,
): Promise<readonly Segment[]> {
  const { accounts, programs, options } = ost
  const account = accounts.byId(task.account)
  const apps = account === null ? [] : credentialsOf(account, appCredential)
  if (!apps.some(({ appId }) => appId === work.app)) throw failed('the app is gone')
  const [program, ...args] = options.recogniser
  if (program === undefined) {
    throw failed(
      'no recogniser is configured',
      'no recogniser is configured: iflytek_ost.recogniser names one',
    )
  }
  const audio = await openAudio(ost, task, work, signal)
  try {
    if (program === 'fixture' && args.length === 0) return FIXTURE
    return await programs.withFile(audio.name, audio.bytes, (file) =>
      recognise([program, ...args], { programs, options, file, hints: work.hints, signal }),
    )
  } finally {
    audio.close()
  }
}

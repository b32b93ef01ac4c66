import { CoreError, isCoreError } from '../../../core/errors.ts'

/** Ends a task. Clients are told the reason, the log the message. */
export const failed = (reason: string, message = reason): CoreError =>
  new CoreError('media-refused', message, { reason })

/** What clients are told of a task that ends because of an error. */
export function reasonOf(error: unknown): string {
  if (!isCoreError(error)) return 'the task failed'
  const { reason } = error.detail
  if (typeof reason === 'string') return reason
  switch (error.code) {
    case 'object-not-found':
      return 'the audio is not there any more'
    case 'media-refused':
      return 'the output of the recogniser cannot be read'
    default:
      return 'the audio cannot be read'
  }
}

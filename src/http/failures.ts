import { type CoreErrorCode, ERROR_CLASSES, type ErrorClass, isCoreError } from '../core/errors.ts'
import { RequestFault, type RequestFaultCode } from './faults.ts'

/** All that a door has to answer when a call fails. `unexpected` is anything thrown that is no error of ours. */
export type FailureCode = CoreErrorCode | RequestFaultCode | 'unexpected'

const CLASSES: Readonly<Record<FailureCode, ErrorClass>> = {
  ...ERROR_CLASSES,
  'not-found': 'missing',
  'method-not-allowed': 'invalid',
  'malformed-request': 'invalid',
  'malformed-json': 'invalid',
  'malformed-multipart': 'invalid',
  'unsupported-media-type': 'invalid',
  'too-complex': 'invalid',
  'length-required': 'invalid',
  timeout: 'retry-later',
  draining: 'retry-later',
  throttled: 'retry-later',
  unexpected: 'internal',
}

export function failureCodeOf(error: unknown): FailureCode {
  return isCoreError(error) || error instanceof RequestFault ? error.code : 'unexpected'
}

/**
 * A door's answer to every code: that of the code's class, but for the codes that have their own. For doors without history;
 * a vendor's table names each code.
 */
export function answersByClass<Answer>(
  classes: Readonly<Record<ErrorClass, Answer>>,
  own: Readonly<Partial<Record<FailureCode, Answer>>> = {},
): Readonly<Record<FailureCode, Answer>> {
  const answers = Object.entries(CLASSES).map(([code, kind]) => [code, classes[kind]] as const)
  return { ...(Object.fromEntries(answers) as Record<FailureCode, Answer>), ...own }
}

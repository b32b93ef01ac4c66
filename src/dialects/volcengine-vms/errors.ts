import { CoreError, type CoreErrorCode, forAccountCodes, forTreeCodes } from '../../core/errors.ts'
import { RequestFault, type RequestFaultCode } from '../../http/faults.ts'

/** The codes of documents 6358/1722084 (CommitResourceUpload) and OpenDeleteResource: both list the same 14. */
export type VmsErrorCode =
  | 'MissingParameter'
  | 'InvalidParameter'
  | 'OperationDenied'
  | 'QuotaExceeded'
  | 'IdempotentParameterMismatch'
  | 'DryRunOperation'
  | 'MissingAction'
  | 'InvalidAction'
  | 'Throttling'
  | 'SignatureNotMatch'
  | 'InvalidAccessKeyId'
  | 'AccessDenied'
  | 'InternalError'
  | 'ServiceUnavailable'

/** The older voice-file codes (document 6358/173282, its spelling kept); they stand in `Reason`. */
export type VoiceFileCode =
  | 'RESOURCE_KEY_IS_NOT_EXIST'
  | 'RESOURCE_KEY_IS_NONE'
  | 'RESOURCE_NAME_IS_NONE'
  | 'RESOURCE_IS_NONE'
  | 'RESOURCE_KEY_HAVE_TASK_RUNING'
  | 'RESOURCE_SIZE_OVER_LIMIT'
  | 'FILE_ANALYSE_ERROR'
  | 'EMPTY_RESOURCE_BODY'
  | 'URL_IS_NONE'
  | 'UPLOAD_FILE_FAIL'
  | 'VOLC_TOS_SERVER_ERROR'
  | 'NOT_REPET_INVOCK'
  | 'NO_PERMISSION'
  | 'RequestParametersError'
  | 'SERVER_ERROR'

interface CodeFacts {
  readonly status: number
  /** The gateway's number of the like code (documents 6369/68677, 6440/71573 and others); null where it has none. */
  readonly codeN: number | null
  /** As the documents print it; `%s` stands for the subject. */
  readonly message: string
}

const CODES: Readonly<Record<VmsErrorCode, CodeFacts>> = {
  MissingParameter: {
    status: 400,
    codeN: 100002,
    message: 'The required parameter %s is missing.',
  },
  InvalidParameter: { status: 400, codeN: null, message: 'The specified parameter %s is invalid.' },
  OperationDenied: {
    status: 400,
    codeN: null,
    message: 'Operation is denied because the specified resource is in use.',
  },
  QuotaExceeded: { status: 400, codeN: null, message: '%s has exceeded the quota.' },
  IdempotentParameterMismatch: {
    status: 400,
    codeN: null,
    message: 'Parameters mismatch the previous request with a same ClientToken.',
  },
  DryRunOperation: {
    status: 400,
    codeN: null,
    message: 'The request is validated by a dryrun operation.',
  },
  MissingAction: { status: 400, codeN: 100002, message: 'The request is missing an action.' },
  InvalidAction: { status: 400, codeN: 100008, message: 'The specified action is invalid.' },
  Throttling: { status: 400, codeN: 100018, message: 'The request is denied due to request throttling.' },
  SignatureNotMatch: {
    status: 401,
    codeN: 100010,
    message: 'The request signature provided is incorrect.',
  },
  InvalidAccessKeyId: { status: 403, codeN: 100009, message: 'The access key ID provided is not valid.' },
  AccessDenied: { status: 403, codeN: 100013, message: 'You are not authorized to perform this action.' },
  InternalError: { status: 500, codeN: 100014, message: 'The request has failed due to an unknown error.' },
  ServiceUnavailable: {
    status: 503,
    codeN: null,
    message: 'The request has failed due to a temporary failure of the server.',
  },
}

export interface VmsErrorDetail {
  /** What the message speaks of: a parameter's name, or the thing whose quota is reached. */
  readonly subject?: string
  readonly voice?: VoiceFileCode
  /** The gateway's finer number, in place of the code's own. */
  readonly codeN?: number
  /** After how many milliseconds the call can succeed. */
  readonly retryAfterMs?: number
}

/** An error of this API. It has everything that the client is told. */
export class VmsError extends Error {
  override readonly name = 'VmsError'
  readonly code: VmsErrorCode
  readonly status: number
  readonly codeN: number | null
  /** The older code. */
  readonly reason: VoiceFileCode | null
  /** Whole seconds. */
  readonly retryAfterS: number | null

  constructor(code: VmsErrorCode, { subject = '', voice, codeN, retryAfterMs }: VmsErrorDetail = {}) {
    const facts = CODES[code]
    super(facts.message.replace('%s', () => subject))
    this.code = code
    this.status = facts.status
    this.codeN = codeN ?? facts.codeN
    this.reason = voice ?? null
    this.retryAfterS = retryAfterMs === undefined ? null : Math.ceil(retryAfterMs / 1000)
  }
}

export const missing = (subject: string, voice?: VoiceFileCode): VmsError =>
  new VmsError('MissingParameter', { subject, ...(voice === undefined ? {} : { voice }) })

export const invalid = (subject: string, voice?: VoiceFileCode): VmsError =>
  new VmsError('InvalidParameter', { subject, ...(voice === undefined ? {} : { voice }) })

type Answer = readonly [VmsErrorCode, VmsErrorDetail?]

const noFile: Answer = ['InvalidParameter', { subject: 'FileName', voice: 'RESOURCE_IS_NONE' }]
const busy: Answer = ['OperationDenied']
const internal: Answer = ['InternalError', { voice: 'SERVER_ERROR' }]
const storeBroken: Answer = ['InternalError', { voice: 'VOLC_TOS_SERVER_ERROR' }]

const CORE_ERRORS: Readonly<Record<CoreErrorCode, Answer>> = {
  ...forTreeCodes(internal),
  ...forAccountCodes(internal),
  'invalid-argument': ['InvalidParameter', { voice: 'RequestParametersError' }],
  'access-denied': ['AccessDenied'],
  'upload-not-found': noFile,
  'upload-expired': noFile,
  'upload-closed': noFile,
  'upload-sealed': busy,
  'upload-changed': busy,
  'upload-empty': noFile,
  'part-too-small': internal,
  'part-number-invalid': internal,
  'part-mismatch': noFile,
  'body-too-large': ['InvalidParameter', { subject: 'FileName', voice: 'RESOURCE_SIZE_OVER_LIMIT' }],
  'body-truncated': ['InvalidParameter', { subject: 'body', voice: 'EMPTY_RESOURCE_BODY' }],
  'digest-mismatch': ['InvalidParameter', { subject: 'body', voice: 'UPLOAD_FILE_FAIL' }],
  'object-not-found': ['InvalidParameter', { subject: 'ResourceKey', voice: 'RESOURCE_KEY_IS_NOT_EXIST' }],
  'name-conflict': ['IdempotentParameterMismatch', { voice: 'NOT_REPET_INVOCK' }],
  'object-held': ['OperationDenied', { voice: 'RESOURCE_KEY_HAVE_TASK_RUNING' }],
  'object-changed': busy,
  'quota-exceeded': ['QuotaExceeded', { subject: 'The number of voice resources' }],
  'media-refused': ['InvalidParameter', { subject: 'FileName', voice: 'FILE_ANALYSE_ERROR' }],
  'storage-full': ['ServiceUnavailable', { voice: 'UPLOAD_FILE_FAIL' }],
  'storage-failed': storeBroken,
  'metadata-failed': internal,
  unavailable: ['ServiceUnavailable'],
}

const badRequest = (subject: string): Answer => [
  'InvalidParameter',
  { subject, voice: 'RequestParametersError' },
]

const REQUEST_FAULTS: Readonly<Record<RequestFaultCode, Answer>> = {
  'not-found': ['InvalidAction'],
  'method-not-allowed': ['InvalidAction'],
  'malformed-request': badRequest('request'),
  'malformed-json': badRequest('body'),
  'malformed-multipart': badRequest('body'),
  'unsupported-media-type': badRequest('Content-Type'),
  'too-complex': badRequest('body'),
  'body-too-large': badRequest('body'),
  'body-truncated': badRequest('body'),
  'length-required': ['MissingParameter', { subject: 'Content-Length' }],
  timeout: badRequest('body'),
  draining: ['ServiceUnavailable'],
  throttled: ['Throttling'],
}

/** Limits of accounts are named as the configuration names them; `objects` is also the limit of resources. */
function subjectOf({ code, detail: { field, limit } }: CoreError): VmsErrorDetail {
  if (code === 'invalid-argument') return { subject: String(field) }
  const isNamed = code === 'quota-exceeded' && typeof limit === 'string' && limit !== 'objects'
  return isNamed ? { subject: limit } : {}
}

/** Makes an error of this API of anything that was thrown. A bug becomes an InternalError; its message stays in the log. */
export function asVmsError(error: unknown): VmsError {
  if (error instanceof VmsError) return error
  if (error instanceof CoreError) {
    const [code, detail = {}] = CORE_ERRORS[error.code]
    return new VmsError(code, { ...detail, ...subjectOf(error) })
  }
  if (error instanceof RequestFault) return new VmsError(...REQUEST_FAULTS[error.code])
  return new VmsError(...internal)
}

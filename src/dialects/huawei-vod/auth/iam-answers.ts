import type { TimeMs } from '../../../core/clock.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import { parseJsonObject } from '../../../http/body.ts'
import { sha256Hex } from '../../../http/canonical.ts'
import { JsonFields, objectFields, type Shape } from '../../../http/json-fields.ts'
import { isList, OBJECT, textWhere } from '../../../http/json-shapes.ts'
import type { Exchange, Reply } from '../../../http/types.ts'
import { asAnswered, GatewayError } from '../errors.ts'

/** Bytes of a body that says who calls, and of all others here. */
export const IAM_BODY_SIZE_MAX = 64 * 1024

/** An answer of IAM other than success: `{"error":{"code","message","title"}}` (reference §2.1). */
export class IamError extends Error {
  override readonly name = 'IamError'
  readonly code = 'iam'
  readonly status: 400 | 401 | 403

  constructor(status: 400 | 401 | 403, message: string) {
    super(message)
    this.status = status
  }
}

export const wrongBody = (): IamError => new IamError(400, 'The request body is invalid')

/** An answer of IAM with a JSON body. */
export const answer = (
  exchange: Exchange,
  status: number,
  body: Json,
  more: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers: { 'content-type': 'application/json;charset=utf8', 'x-request-id': exchange.requestId, ...more },
  body: JSON.stringify(body),
})

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Whatever was thrown, in IAM's envelope. */
export function renderIamError(error: unknown, exchange: Exchange): Reply {
  const { status, message } = asIamAnswer(error)
  return answer(exchange, status, { error: { code: status, message, title: TITLES[status] ?? 'Error' } })
}

function asIamAnswer(error: unknown): { readonly status: number; readonly message: string } {
  if (error instanceof IamError) return error
  const answered = asAnswered(error)
  if (answered instanceof GatewayError) return answered
  return answered.code === 10081 ? wrongBody() : { status: 500, message: answered.message }
}

/** Fields of a body of IAM; what is wrong with one is told as `wrongBody`. */
export const fieldsOf = (object: JsonObject): JsonFields => new JsonFields(objectFields(object), wrongBody)

/** What the bodies of IAM have in common. */
export interface AskedIdentity {
  readonly auth: JsonFields
  /** The object of `auth`. */
  readonly identity: JsonFields
  /** That `identity` has. */
  readonly methods: readonly Json[]
}

/** Errors: 400 of IAM, and those of `parseJsonObject`. */
export function readIdentity(body: Uint8Array): AskedIdentity {
  const auth = fieldsOf(fieldsOf(parseJsonObject(body)).required('auth', OBJECT))
  const identity = fieldsOf(auth.required('identity', OBJECT))
  return { auth, identity, methods: identity.required('methods', METHODS) }
}

const METHODS: Shape<readonly Json[]> = {
  accepted: 'a list',
  read: (value) => (isList(value) ? value : undefined),
}

export const NAME = textWhere('a text of 1 to 256 characters', (text) => text !== '' && text.length <= 256)

/** `2020-01-04T09:05:22.701000Z`. */
export const microTime = (time: TimeMs): string => new Date(time).toISOString().replace('Z', '000Z')

export const domainId = (account: string): string => idOf(`domain/${account}`)

/** Ids of the vendor have 32 hex characters; ours are made of the names. */
export const idOf = (text: string): string => sha256Hex(text).slice(0, 32)

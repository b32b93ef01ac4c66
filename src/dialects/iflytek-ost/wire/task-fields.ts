import type { JsonObject } from '../../../core/model/json.ts'
import { JsonFields, objectFields } from '../../../http/json-fields.ts'
import { OBJECT, TEXT, TEXT_OR_NUMBER } from '../../../http/json-shapes.ts'
import { OstError } from '../errors.ts'
import type { Hints } from '../model/tasks.ts'

/** A `pro_create` (speedTranscription; fields as public clients send them). Fields that are not named here are passed over. */
export interface CreateRequest {
  readonly requestId: string | null
  readonly audioUrl: string
  readonly hints: Hints
}

const URL_LENGTH_MAX = 4096
/** What recognisers see has no control characters and is short. */
const HINT = /^[ -~]{0,64}$/

/** Throws OstError. `appId` is the application that signed. */
export function readCreate(body: JsonObject, appId: string): CreateRequest {
  checkApp(body, appId)
  const business = section(body, 'business')
  const data = section(body, 'data')
  const audioUrl = requiredText(data, 'audio_url')
  if (audioUrl.length > URL_LENGTH_MAX) throw notValid('audio_url')
  const source = data.optional('audio_src', TEXT) ?? 'http'
  if (source !== 'http') throw notValid('audio_src')
  return {
    requestId: business.optional('request_id', TEXT_OR_NUMBER),
    audioUrl,
    hints: {
      language: hint(business, 'language'),
      accent: hint(business, 'accent'),
      encoding: hint(data, 'encoding'),
      format: hint(data, 'format'),
    },
  }
}

/** The task_id of a `query`. The service is seen to refuse any other field. Throws OstError. */
export function readQuery(body: JsonObject, appId: string): string {
  onlyFields(body, ['common', 'business'])
  checkApp(body, appId)
  const business = body.business
  onlyFields(body.common, ['app_id'])
  onlyFields(business, ['task_id'])
  return requiredText(section(body, 'business'), 'task_id', TEXT_OR_NUMBER)
}

function checkApp(body: JsonObject, appId: string): void {
  const given = section(body, 'common').optional('app_id', TEXT) ?? ''
  if (given === '') throw new OstError(10313, 'app_id must not be empty')
  if (given !== appId) throw new OstError(10313, 'app_id is not the application of the api_key')
}

/** A part of the body; one that is missing has no fields. */
function section(body: JsonObject, name: string): JsonFields {
  const fields = reader(body).optional(name, OBJECT) ?? {}
  return reader(fields)
}

const reader = (fields: JsonObject): JsonFields =>
  new JsonFields(
    objectFields(fields),
    ({ name, accepted }) => new OstError(10107, `param decode error: ${name} must be ${accepted}`),
  )

function requiredText(fields: JsonFields, name: string, shape = TEXT): string {
  const value = fields.optional(name, shape) ?? ''
  if (value === '') throw new OstError(10163, `${name} must not be empty`)
  return value
}

function hint(fields: JsonFields, name: string): string {
  const value = fields.optional(name, TEXT) ?? ''
  if (!HINT.test(value)) throw notValid(name)
  return value
}

/** For a field with a value that is not allowed. */
export const notValid = (name: string, why = 'is not valid'): OstError =>
  new OstError(10303, `${name} ${why}`)

function onlyFields(value: JsonObject[string] | undefined, names: readonly string[]): void {
  const isRead = typeof value === 'object' && value !== null && !Array.isArray(value)
  const unknown = isRead ? Object.keys(value).find((name) => !names.includes(name)) : undefined
  if (unknown !== undefined) {
    throw new OstError(10107, `param decode error: unknown field ${JSON.stringify(unknown.slice(0, 64))}`)
  }
}

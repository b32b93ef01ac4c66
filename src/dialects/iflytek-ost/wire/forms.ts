import type { Core } from '../../../core/core.ts'
import type { PartTarget } from '../../../core/model/addresses.ts'
import type { Staged } from '../../../core/model/bytes.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import { announcedLength, mediaType, parseJsonObject, readBody } from '../../../http/body.ts'
import { type FilePart, readMultipart } from '../../../http/multipart.ts'
import type { Exchange } from '../../../http/types.ts'
import { bodyDigest, type DigestCheck, digestMismatch } from '../auth/body-digest.ts'
import type { SignedBodies } from '../auth/signed-bodies.ts'
import { OstError } from '../errors.ts'
import { DATA_SIZE_MAX, FORM_SIZE_MAX, JSON_SIZE_MAX } from '../model/limits.ts'
import { empty, type Fields } from './fields.ts'
import { withoutTrailingComma } from './json.ts'

/** A `data` part that was received and belongs to nothing yet. */
export interface ReceivedFile {
  readonly staged: Staged
  readonly filename: string
  readonly contentType: string
}

interface FormOptions {
  readonly core: Core
  readonly checkDigest: DigestCheck
  /** Called once the whole body is there. Throws where the sender may not call any more. */
  again(): void
  /** Default 0. A smaller file counts as missing. */
  readonly sizeMin?: 0 | 1
  /** The part that the file will be. Null: the fields before it do not tell. */
  readonly partOf?: (fields: Fields) => PartTarget | null
}

/**
 * A JSON call's body, at most 64 KiB. With `firsts` a digest of another body passes, if its signature always comes with the same one.
 * Throws OstError, GatewayError, RequestFault.
 */
export async function readJson(
  exchange: Exchange,
  { checkDigest, again }: Pick<FormOptions, 'checkDigest' | 'again'>,
  firsts?: SignedBodies,
): Promise<JsonObject> {
  if (mediaType(exchange) !== 'application/json') {
    throw new OstError(10001, 'Content-Type must be application/json')
  }
  const bytes = await readBody(exchange, JSON_SIZE_MAX)
  again()
  const digest = bodyDigest(exchange, checkDigest)
  if (digest !== null) {
    digest.update(bytes)
    const isFirst = firsts?.isFirst(exchange, bytes) ?? false
    if (!digest.isRight() && !isFirst) throw digestMismatch()
  }
  return parseJsonObject(withoutTrailingComma(bytes))
}

/**
 * Reads a form. Its file goes straight to the store while it arrives, before or after the fields. `parse` checks the fields. If it or
 * the digest refuses, the file is discarded. Else the caller takes over the file.
 */
export async function readForm<T>(
  exchange: Exchange,
  options: FormOptions,
  parse: (fields: Fields) => T,
): Promise<{ readonly input: T; readonly file: ReceivedFile }> {
  if (mediaType(exchange) !== 'multipart/form-data') {
    throw new OstError(10001, 'Content-Type must be multipart/form-data')
  }
  if ((announcedLength(exchange) ?? 0) > FORM_SIZE_MAX) {
    throw new OstError(10001, `data must not be larger than ${DATA_SIZE_MAX} bytes`)
  }
  const { core, checkDigest, again, partOf, sizeMin = 0 } = options
  const digest = bodyDigest(exchange, checkDigest)
  const { fields, file } = await readMultipart<ReceivedFile>(exchange, {
    fileField: 'data',
    receiveFile: (part, fieldsBefore) => {
      const file = { ...part, stream: digest?.file(part.stream) ?? part.stream }
      return receive(core, file, partOf?.(fieldsBefore) ?? null)
    },
    discardFile: ({ staged }) => core.staging.discard(staged),
    ...(digest === null ? {} : { onBytes: (chunk) => digest.update(chunk) }),
  })
  try {
    again()
    if (digest?.isRight() === false) throw digestMismatch()
    const input = parse(fields)
    if (file === null || file.staged.facts.size < sizeMin) throw empty('data')
    return { input, file }
  } catch (error) {
    if (file !== null) await core.staging.discard(file.staged)
    throw error
  }
}

async function receive(core: Core, file: FilePart, part: PartTarget | null): Promise<ReceivedFile> {
  const { stream, filename, contentType, sizeAtMost } = file
  const staged = await core.staging.receive(stream, {
    sizeMax: DATA_SIZE_MAX,
    ...(part === null ? {} : { part }),
    ...(sizeAtMost === null ? {} : { sizeAtMost }),
  })
  return { staged, filename, contentType }
}

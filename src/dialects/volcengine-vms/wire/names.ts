import { invalid, type VoiceFileCode } from '../errors.ts'
import type { Parameters } from './parameters.ts'

/** Bytes of UTF-8. The documents name no limit for VMS; this is what file systems take. */
const NAME_SIZE_MAX = 255

const CONTROL = /\p{Cc}/u

/** What a name ends with after a dot: letters, digits and underscores. */
const SUFFIX = /\.(\w+)$/

/** "Only MP3 and WAV" (documents 6358/1722082, 6358/1722084); the document's example `abcdef` has no suffix. */
const SUFFIXES = ['mp3', 'wav']

/**
 * The name of an upload. It becomes the end of the upload URL's path. So slashes are refused, and names that have a meaning in
 * paths; a suffix is one of those that the documents name. Errors: `MissingParameter`, `InvalidParameter`.
 */
export function readFileName(parameters: Parameters): string {
  const name = readName(parameters, 'FileName')
  if (!isFileName(name)) throw invalid('FileName', 'RequestParametersError')
  if (!hasVoiceSuffix(name)) throw invalid('FileName', 'FILE_ANALYSE_ERROR')
  return name
}

/** Whether a name has the suffix of a voice file, or none. */
export function hasVoiceSuffix(name: string): boolean {
  const suffix = SUFFIX.exec(name)?.[1]
  return suffix === undefined || SUFFIXES.includes(suffix.toLowerCase())
}

export const isFileName = (name: string): boolean =>
  isName(name) && !/[/\\]/.test(name) && name !== '.' && name !== '..'

/** A display name: a line of text. Errors: `MissingParameter`, `InvalidParameter`. */
export function readName(
  parameters: Parameters,
  field: string,
  voice: VoiceFileCode = 'RESOURCE_NAME_IS_NONE',
): string {
  const name = parameters.requiredText(field, voice)
  if (!isName(name)) throw invalid(field, 'RequestParametersError')
  return name
}

const isName = (name: string): boolean =>
  name !== '' && name.isWellFormed() && Buffer.byteLength(name) <= NAME_SIZE_MAX && !CONTROL.test(name)

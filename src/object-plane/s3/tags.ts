import { parsePairs } from '../../http/body.ts'
import { invalidArgument, S3Error } from './codes.ts'

const TAGS_MAX = 10
const [NAME_LENGTH_MAX, VALUE_LENGTH_MAX] = [128, 256]
/** Letters, digits, blanks and these, in any script. */
const ALLOWED = /^[\p{L}\p{N}\p{Zs}_.:/=+\-@]*$/u

type Tags = Readonly<Record<string, string>>
type Pair = readonly [string, string]

/** Tags as a query. Throws S3Error `InvalidTag`, `InvalidArgument`, `BadRequest`. */
export function readTags(text: string): Tags {
  const pairs = pairsOf(text)
  const names = new Set(pairs.map(([name]) => name))
  if (names.has('') || names.size !== pairs.length) throw malformed(text)
  return requireTags(pairs)
}

function pairsOf(text: string): readonly Pair[] {
  try {
    return parsePairs(text)
  } catch {
    throw malformed(text)
  }
}

const malformed = (text: string): S3Error =>
  invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    'x-amz-tagging',
    text,
  )

/** Throws S3Error `InvalidTag` for a name that stands twice and for texts that cannot be, `BadRequest` for too many. */
export function requireTags(pairs: readonly Pair[], max = TAGS_MAX): Tags {
  if (pairs.length > max)
    throw new S3Error(
      'BadRequest',
      max === TAGS_MAX
        ? `Object tags cannot be greater than ${max}`
        : `Bucket tag count cannot be greater than ${max}`,
    )
  for (const [name, value] of pairs) {
    if (name === '' || name.length > NAME_LENGTH_MAX || !ALLOWED.test(name))
      throw new S3Error('InvalidTag', undefined, { TagKey: name })
    if (value.length > VALUE_LENGTH_MAX || !ALLOWED.test(value))
      throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid', {
        ...{ TagKey: name, TagValue: value },
      })
  }
  const tags = Object.fromEntries(pairs)
  if (Object.keys(tags).length !== pairs.length)
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key')
  return tags
}

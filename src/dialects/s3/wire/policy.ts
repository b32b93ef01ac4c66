import type { Json, JsonObject } from '../../../core/model/json.ts'
import { isList, isObject } from '../../../http/json-shapes.ts'
import { S3Error } from '../../../object-plane/s3/index.ts'

/** What everybody may do in a bucket by its policy. */
export interface PublicReading {
  /** Patterns of the keys of objects that may be read. */
  readonly keys: readonly string[]
  readonly mayList: boolean
}

const VERSIONS = ['2012-10-17', '2008-10-17']
const ARN = 'arn:aws:s3:::'
/** What a policy can grant here. The others of S3 are known, and refused. */
const OF_OBJECTS = ['s3:GetObject', 's3:GetObjectVersion']
const OF_BUCKETS = ['s3:ListBucket', 's3:GetBucketLocation']
const ACTION =
  /^s3:(?:\*|(?:Get|Put|List|Delete|Abort|Create|Bypass|Restore|Replicate|ObjectOwner)[A-Za-z*]*)$/

/** The policy that a bucket was given, of a bucket called so. Throws S3Error `MalformedPolicy`, and `NotImplemented` for more than reading by all. */
export function readPolicy(text: string, bucket: string): PublicReading {
  const { Version, Statement } = parse(text)
  if (Version !== undefined && !(typeof Version === 'string' && VERSIONS.includes(Version)))
    throw malformed('The policy must contain a valid version string')
  if (Statement === undefined) throw malformed('Missing required field Statement')
  const statements = isList(Statement) ? Statement : [Statement]
  if (statements.length === 0) throw malformed('Could not parse the policy: Statement is empty!')
  const grants = statements.map((statement) => readStatement(statement, bucket))
  return { keys: grants.flatMap(({ keys }) => keys), mayList: grants.some(({ mayList }) => mayList) }
}

export const isPublic = ({ keys, mayList }: PublicReading): boolean => keys.length > 0 || mayList

/** Whether everybody may read the object of that key. */
export const mayRead = ({ keys }: PublicReading, key: string): boolean =>
  keys.some((pattern) => patternOf(pattern).test(key))

/** `*` is any text, `?` any character. */
const patternOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '[^]*')
      .replaceAll('?', '[^]')}$`,
    'u',
  )

function parse(text: string): JsonObject {
  if (!text.startsWith('{')) throw malformed("Policies must be valid JSON and the first byte must be '{'")
  try {
    const policy = JSON.parse(text) as Json
    if (isObject(policy)) return policy
  } catch {
    // What it is not is told below.
  }
  throw malformed('This policy contains invalid Json')
}

function readStatement(statement: Json, bucket: string): PublicReading {
  if (!isObject(statement)) throw malformed('This policy contains invalid Json')
  const { Effect, Principal, Condition } = statement
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed(`Invalid effect: ${String(Effect)}`)
  requireEverybody(Principal)
  const actions = texts(statement.Action)
  if (actions.length === 0 || !actions.every((action) => ACTION.test(action)))
    throw malformed('Policy has invalid action')
  const resources = texts(statement.Resource)
  const places = resources.map((resource) => resource.slice(ARN.length))
  const isOwn = (place: string) => place === bucket || place.startsWith(`${bucket}/`)
  if (resources.length === 0 || !resources.every((each) => each.startsWith(ARN)) || !places.every(isOwn))
    throw malformed('Policy has invalid resource')
  const keys = places.flatMap((place) => (place === bucket ? [] : [place.slice(bucket.length + 1)]))
  const hasBucket = places.includes(bucket)
  for (const action of actions) {
    const isOfObjects = /Object|Multipart/.test(action)
    if (action !== 's3:*' && !(isOfObjects ? keys.length > 0 : hasBucket))
      throw malformed('Action does not apply to any resource(s) in statement')
    requireServed(action)
  }
  if (Effect === 'Deny' || Condition !== undefined) throw notServed('denials and conditions')
  const reads = actions.some((action) => action === 's3:GetObject')
  return { keys: reads ? keys : [], mayList: actions.includes('s3:ListBucket') }
}

/** There are no principals but accounts, and what accounts may do stands in their keys. */
function requireEverybody(principal: Json | undefined): void {
  const named = isObject(principal) ? principal.AWS : principal
  const each = texts(named)
  const isWhole = isObject(principal) ? Object.keys(principal).length === 1 : typeof principal === 'string'
  if (!isWhole || each.length !== 1 || each[0] !== '*') throw malformed('Invalid principal in policy')
}

function requireServed(action: string): void {
  if (![...OF_OBJECTS, ...OF_BUCKETS].includes(action)) throw notServed(action)
}

const texts = (value: Json | undefined): readonly string[] =>
  (isList(value) ? value : [value]).flatMap((each) => (typeof each === 'string' && each !== '' ? [each] : []))

const malformed = (message: string): S3Error => new S3Error('MalformedPolicy', message)
const notServed = (what: string): S3Error =>
  new S3Error(
    'NotImplemented',
    `A bucket's policy lets everybody read and list here, and nothing else: ${what}`,
  )

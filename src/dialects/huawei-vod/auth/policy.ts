import { ALL_RIGHTS, type Right } from '../../../core/model/accounts.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import { isList, isObject } from '../../../http/json-shapes.ts'
import { own } from '../../../http/own.ts'
import {
  BUCKET_OPERATIONS,
  type BucketOperation,
  PLANE_OPERATIONS,
  type PlaneOperation,
} from '../../../object-plane/operations.ts'
import { type Condition, readCondition } from './policy-conditions.ts'
import { PolicyError } from './policy-error.ts'

export { PolicyError }

/** What a call is about: an object, or all whose keys begin with `key`. */
export interface PolicyTarget {
  readonly bucket: string
  readonly key: string
}

/** A policy of temporary keys that can be kept to. */
export interface Policy {
  /** Whether OBS may do this to the object. */
  allowsObject(operation: PlaneOperation, target: PolicyTarget): boolean
  /** Whether OBS may do this with the bucket, or with those of its keys that begin with `key`. */
  allowsBucket(operation: BucketOperation, target: PolicyTarget): boolean
  /** Whether a call of VOD may do this: it has to be allowed for all that it may touch. */
  allowsCall(need: Right, target: PolicyTarget): boolean
}

/** What actions stand for: operations of OBS, and rights to calls of VOD, which work on the same objects. */
interface Permits {
  readonly operations: readonly PlaneOperation[]
  readonly buckets: readonly BucketOperation[]
  readonly calls: readonly Right[]
}

interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly permits: readonly Permits[]
  /** Null: every object and every bucket. */
  readonly resources: readonly Pattern[] | null
  readonly condition: Condition
}

/** Keys that begin with `key`, or that very key; or the names of buckets. */
interface Pattern {
  readonly of: 'object' | 'bucket'
  /** Null: every bucket. */
  readonly bucket: string | null
  readonly key: string
  readonly isPrefix: boolean
}

const VERSION = '1.1'
const STATEMENTS_MAX = 8
const ENTRIES_MAX = 50
const SIZE_MAX = 6144

/**
 * Reads a policy of IAM (Version 1.1: statements of effect, actions and resources). Only what can be kept to is taken: other
 * elements, conditions but those of `policy-conditions.ts`, and patterns with a `*` or `?` anywhere but at the end are refused. Services, types and actions are of any letter case. Actions
 * that nothing here does allow nothing, and are refused where they are denied: a denial is kept to whole or not taken. Throws PolicyError.
 */
export function readPolicy(policy: JsonObject): Policy {
  if (Buffer.byteLength(JSON.stringify(policy)) > SIZE_MAX)
    throw new PolicyError(`a policy has at most ${SIZE_MAX} bytes`)
  requireNames(policy, ['Version', 'Statement'])
  if (policy.Version !== VERSION) throw new PolicyError(`Version has to be ${VERSION}`)
  const { Statement: list } = policy
  if (!isList(list) || list.length === 0 || list.length > STATEMENTS_MAX)
    throw new PolicyError(`Statement has to be a list of 1 to ${STATEMENTS_MAX}`)
  const statements = list.map(readStatement)
  const has = (
    effect: Statement['effect'],
    isFor: (permits: Permits) => boolean,
    covers: Covers,
    prefix: string | null,
  ) =>
    statements.some(
      (each) =>
        each.effect === effect &&
        each.permits.some(isFor) &&
        (each.resources === null || each.resources.some(covers)) &&
        each.condition({ prefix }),
    )
  const allows = (isFor: (permits: Permits) => boolean, covers: Covers, prefix: string | null) =>
    has('Allow', isFor, covers, prefix) && !has('Deny', isFor, covers, prefix)
  return {
    allowsObject: (operation, target) =>
      allows(({ operations }) => operations.includes(operation), isOne(target), null),
    allowsBucket: (operation, target) =>
      allows(({ buckets }) => buckets.includes(operation), isNamed(target), target.key),
    allowsCall: (need, target) => {
      const isFor = ({ calls }: Permits) => calls.includes(need)
      return has('Allow', isFor, coversAll(target), null) && !has('Deny', isFor, touches(target), null)
    },
  }
}

type Covers = (pattern: Pattern) => boolean

const isOne =
  ({ bucket, key }: PolicyTarget): Covers =>
  (pattern) =>
    isIn(pattern, bucket) && (pattern.isPrefix ? key.startsWith(pattern.key) : key === pattern.key)

const coversAll =
  ({ bucket, key }: PolicyTarget): Covers =>
  (pattern) =>
    isIn(pattern, bucket) && pattern.isPrefix && key.startsWith(pattern.key)

const touches =
  ({ bucket, key }: PolicyTarget): Covers =>
  (pattern) =>
    isIn(pattern, bucket) &&
    (pattern.key.startsWith(key) || (pattern.isPrefix && key.startsWith(pattern.key)))

/** Of buckets: their own names. All of an account's are named by none. */
const isNamed =
  ({ bucket }: PolicyTarget): Covers =>
  ({ of, ...pattern }) =>
    of === 'bucket' && (pattern.isPrefix ? bucket.startsWith(pattern.key) : bucket === pattern.key)

const isIn = (pattern: Pattern, bucket: string): boolean =>
  pattern.of === 'object' && (pattern.bucket === null || pattern.bucket === bucket)

function readStatement(value: Json): Statement {
  if (!isObject(value)) throw new PolicyError('a statement has to be an object')
  requireNames(value, ['Sid', 'Effect', 'Action', 'Resource', 'Condition'])
  const { Effect: effect, Condition: condition, Resource: resource } = value
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyError('Effect has to be Allow or Deny')
  const isDenial = effect === 'Deny'
  const actions = readTexts(value.Action, 'Action')
  const resources = resource === undefined ? null : readTexts(resource, 'Resource')
  requireOneService(actions, resources ?? [])
  return {
    effect,
    permits: actions.map((text) => readAction(text, isDenial)),
    resources: resources === null ? null : readResources(resources, isDenial),
    condition: readCondition(condition),
  }
}

/** All of VOD is no object of OBS: beside it, actions of OBS are taken only where they are for all objects by themselves. */
function requireOneService(actions: readonly string[], resources: readonly string[]): void {
  const ofVod = resources.find((text) => /^vod(:\*)+$/i.test(text))
  const isForAll = resources.some((text) => /^(\*|obs(:\*)+|obs:[^:]*:[^:]*:object:\*)$/i.test(text))
  if (ofVod !== undefined && !isForAll && actions.some((text) => /^obs:/i.test(text)))
    throw unsupported('resource', ofVod)
}

const ALL_OF_BUCKETS = Object.keys(BUCKET_OPERATIONS) as readonly BucketOperation[]
const NOTHING: Permits = { operations: [], buckets: [], calls: [] }
const EVERYTHING: Permits = { operations: PLANE_OPERATIONS, buckets: ALL_OF_BUCKETS, calls: ALL_RIGHTS.may }
const object = (operations: readonly PlaneOperation[], calls: readonly Right[]): Permits => ({
  ...{ operations, calls, buckets: [] },
})
const bucket = (...buckets: readonly BucketOperation[]): Permits => ({ ...NOTHING, buckets })

/** Actions of OBS that are served here, in lower case. What else OBS has is done by nothing here. */
const ACTIONS: Readonly<Record<string, Permits>> = {
  'object:*': { ...EVERYTHING, buckets: [] },
  'object:getobject': object(['get'], ['read']),
  'object:putobject': object(['put', 'post', 'initiate', 'complete'], ['write']),
  'object:listmultipartuploadparts': object(['list-parts'], []),
  'object:abortmultipartupload': object(['abort'], []),
  'object:deleteobject': object(['delete'], ['delete']),
  'bucket:*': bucket(...ALL_OF_BUCKETS),
  'bucket:listallmybuckets': bucket('list-buckets'),
  'bucket:listbucket': bucket('list', 'head-bucket'),
  'bucket:headbucket': bucket('head-bucket'),
  'bucket:listbucketmultipartuploads': bucket('list-uploads'),
}

/** `obs:object:PutObject`, `obs:*:*`, `vod:*:*`. Throws PolicyError for what cannot be kept to: of VOD all but everything. */
function readAction(text: string, isDenial: boolean): Permits {
  const permits = permitsOf(text.toLowerCase())
  if (permits === null || (isDenial && permits === NOTHING)) throw unsupported('action', text)
  return permits
}

/** Of an action in lower case. Null for what cannot be kept to. */
function permitsOf(action: string): Permits | null {
  if (/^\*(:\*)*$/.test(action)) return EVERYTHING
  const [, service, rest = ''] = /^([a-z]+):(.+)$/.exec(action) ?? []
  if (service === 'vod' && /^\*(:\*)?$/.test(rest)) return object([], ALL_RIGHTS.may)
  if (service === undefined || service === 'vod') return null
  if (service !== 'obs') return NOTHING
  if (/^\*(:\*)?$/.test(rest)) return EVERYTHING
  return /^[a-z]+:(\*|[a-z0-9]+)$/.test(rest) ? (own(ACTIONS, rest) ?? NOTHING) : null
}

/** Null for all. What names other services or things names nothing here: an Allow is for none of it, a Deny is refused. */
function readResources(texts: readonly string[], isDenial: boolean): readonly Pattern[] | null {
  const patterns = texts.map(readResource)
  const missed = texts[patterns.indexOf('none')]
  if (isDenial && missed !== undefined) throw unsupported('resource', missed)
  return patterns.includes('all') ? null : patterns.filter((each) => typeof each !== 'string')
}

/**
 * `obs:*:*:object:bucket/prefix*`, `obs:*:*:bucket:name`. Throws PolicyError for patterns that cannot be kept to: of VOD all but
 * everything.
 */
function readResource(text: string): Pattern | 'all' | 'none' {
  if (/^(\*|(obs|vod)(:\*)+)$/i.test(text)) return 'all'
  const [, service, type, path] = /^([a-z]+):[^:]*:[^:]*:([a-z]+):(.*)$/is.exec(text) ?? []
  if (service === undefined || type === undefined || path === undefined) throw unsupported('resource', text)
  if (service.toLowerCase() === 'vod') throw unsupported('resource', text)
  if (service.toLowerCase() !== 'obs') return 'none'
  const isPrefix = path.endsWith('*')
  const literal = isPrefix ? path.slice(0, -1) : path
  if (/[*?]/.test(literal) || path === '') throw unsupported('resource', text)
  switch (type.toLowerCase()) {
    case 'bucket':
      return { of: 'bucket', bucket: null, key: literal, isPrefix }
    case 'object': {
      if (path === '*') return { of: 'object', bucket: null, key: '', isPrefix }
      const [, bucket, key] = /^([^/]+)\/(.*)$/s.exec(literal) ?? []
      if (bucket === undefined || key === undefined) throw unsupported('resource', text)
      return { of: 'object', bucket, key, isPrefix }
    }
    default:
      return 'none'
  }
}

const unsupported = (what: string, text: string): PolicyError =>
  new PolicyError(`the ${what} ${text.slice(0, 64)} is not supported`)

function readTexts(value: Json | undefined, name: string): readonly string[] {
  const list = isList(value) ? value : [value]
  const texts = list.filter((each) => typeof each === 'string' && each !== '').map(String)
  if (texts.length === 0 || texts.length !== list.length || texts.length > ENTRIES_MAX)
    throw new PolicyError(`${name} has to be a list of 1 to ${ENTRIES_MAX} texts`)
  return texts
}

function requireNames(object: JsonObject, names: readonly string[]): void {
  const other = Object.keys(object).find((name) => !names.includes(name))
  if (other !== undefined) throw new PolicyError(`${other.slice(0, 64)} is not supported`)
}

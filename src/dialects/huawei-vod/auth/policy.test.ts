import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shows } from '../../../../test/support/shows.ts'
import type { Right } from '../../../core/model/accounts.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import {
  BUCKET_OPERATIONS,
  type BucketOperation,
  PLANE_OPERATIONS,
  type PlaneOperation,
} from '../../../object-plane/operations.ts'
import { PolicyError, readPolicy } from './policy.ts'

const policy = (...Statement: readonly JsonObject[]): JsonObject => ({ Version: '1.1', Statement })
const allow = (Action: Json, Resource?: Json): JsonObject => ({
  ...{ Effect: 'Allow', Action },
  ...(Resource === undefined ? {} : { Resource }),
})
const deny = (Action: Json, Resource?: Json): JsonObject => ({ ...allow(Action, Resource), Effect: 'Deny' })
const ALL_OF_BUCKETS = Object.keys(BUCKET_OPERATIONS) as readonly BucketOperation[]
const at = (key: string, bucket = 'b') => ({ bucket, key })

const operations = (read: JsonObject, key = 'p/a/v.mp4', bucket = 'b'): readonly PlaneOperation[] =>
  PLANE_OPERATIONS.filter((operation) => readPolicy(read).allowsObject(operation, at(key, bucket)))
const ofBucket = (read: JsonObject, key = '', bucket = 'b'): readonly BucketOperation[] =>
  ALL_OF_BUCKETS.filter((operation) => readPolicy(read).allowsBucket(operation, at(key, bucket)))
const calls = (read: JsonObject, key = 'p/'): readonly Right[] =>
  (['read', 'write', 'delete', 'admin'] as const).filter((need) => readPolicy(read).allowsCall(need, at(key)))

test('each action of OBS allows its own operations, and calls of its sort', () => {
  const one = (action: string) => policy(allow([action]))
  assert.deepEqual(operations(one('obs:object:GetObject')), ['get'])
  assert.deepEqual(operations(one('obs:object:PutObject')), ['put', 'post', 'initiate', 'complete'])
  assert.deepEqual(operations(one('obs:object:ListMultipartUploadParts')), ['list-parts'])
  assert.deepEqual(operations(one('obs:object:AbortMultipartUpload')), ['abort'])
  for (const all of ['obs:object:*', 'obs:*:*', 'obs:*', '*', '*:*:*'])
    assert.deepEqual(operations(one(all)), PLANE_OPERATIONS, all)
  for (const none of [
    'obs:bucket:ListBucket',
    'obs:bucket:*',
    'obs:object:GetObjectAcl',
    'vod:*:*',
    'ecs:*:*',
  ])
    assert.deepEqual(operations(one(none)), [], none)
  assert.deepEqual(calls(one('obs:object:GetObject')), ['read'])
  assert.deepEqual(calls(one('obs:object:PutObject')), ['write'])
  assert.deepEqual(operations(one('obs:object:DeleteObject')), ['delete'])
  assert.deepEqual(calls(one('obs:object:DeleteObject')), ['delete'])
  assert.deepEqual(calls(one('obs:object:AbortMultipartUpload')), [])
  for (const all of ['vod:*:*', 'vod:*', 'obs:*:*'])
    assert.deepEqual(calls(one(all)), ['read', 'write', 'delete', 'admin'], all)
  shows('huawei-vod', 'policy: Action')
})

test('names that every object has are no actions', () => {
  for (const name of ['constructor', 'toString'])
    assert.deepEqual(operations(policy(allow([`obs:object:${name}`]))), [], name)
  assert.throws(() => readPolicy(policy(allow(['obs:object:__proto__']))), PolicyError)
})

test('a resource is a key, or all that begin with one', () => {
  const of = (...resources: readonly string[]) => policy(allow(['obs:object:GetObject'], resources))
  const has = (read: JsonObject, key: string, bucket = 'b') => operations(read, key, bucket).length > 0
  const prefix = of('obs:*:*:object:b/p/*')
  assert.deepEqual(
    ['p/', 'p/a', 'p/a/v.mp4', 'p', 'q/a', 'x/p/a'].map((key) => has(prefix, key)),
    [true, true, true, false, false, false],
  )
  assert.equal(has(prefix, 'p/a', 'c'), false)
  const exact = of('obs:*:*:object:b/p/v.mp4')
  assert.deepEqual(
    ['p/v.mp4', 'p/v.mp4x', 'p/v'].map((key) => has(exact, key)),
    [true, false, false],
  )
  const both = of('obs:*:*:object:b/p/*', 'obs:cn-north-4:1:object:c/*')
  assert.deepEqual([has(both, 'p/a'), has(both, 'x'), has(both, 'x', 'c')], [true, false, true])
  for (const all of ['obs:*:*:object:*', 'OBS:*:*:*:*', '*']) assert.ok(has(of(all), 'any', 'where'), all)
  for (const none of ['obs:*:*:bucket:b', 'obs:*:*:bucket:*', 'ecs:*:*:object:b/*'])
    assert.equal(has(of(none), 'p/a'), false, none)
  shows('huawei-vod', 'policy: Resource')
})

test('all of VOD is no object of OBS', () => {
  const of = (action: string, ...resources: readonly string[]) => policy(allow([action], resources))
  for (const narrow of [
    of('obs:object:GetObject', 'vod:*:*:*:*'),
    of('OBS:*:*', 'VOD:*', 'obs:*:*:object:b/p/*'),
  ])
    assert.throws(() => readPolicy(narrow), PolicyError)
  assert.deepEqual(operations(of('obs:object:GetObject', 'vod:*:*:*:*', 'obs:*:*:*:*')), ['get'])
  assert.deepEqual(calls(of('vod:*:*', 'vod:*:*:*:*')), ['read', 'write', 'delete', 'admin'])
})

test('a call has to be allowed for all that it may touch', () => {
  const read = policy(allow(['obs:object:*'], ['obs:*:*:object:b/p/a/*']))
  assert.deepEqual(calls(read, 'p/a/'), ['read', 'write', 'delete', 'admin'])
  assert.deepEqual(calls(read, 'p/a/v.mp4'), ['read', 'write', 'delete', 'admin'])
  assert.deepEqual(calls(read, 'p/'), [])
  assert.deepEqual(calls(policy(allow(['obs:object:*'], ['obs:*:*:object:b/p/a/v.mp4'])), 'p/a/'), [])
})

test('a denial counts against every statement that allows', () => {
  const read = policy(
    allow(['obs:object:*'], ['obs:*:*:object:b/p/*']),
    deny(['obs:object:PutObject'], ['obs:*:*:object:b/p/secret/*']),
  )
  assert.ok(operations(read, 'p/a').includes('put'))
  assert.deepEqual(
    operations(read, 'p/secret/a').filter((operation) => operation === 'put' || operation === 'get'),
    ['get'],
  )
  assert.deepEqual(calls(read, 'p/a/'), ['read', 'write', 'delete', 'admin'])
  assert.deepEqual(calls(read, 'p/'), ['read', 'delete', 'admin'])
  assert.deepEqual(calls(read, 'p/secret/a/'), ['read', 'delete', 'admin'])
  assert.deepEqual(operations(policy(allow(['*']), deny(['*']))), [])
  shows('huawei-vod', 'policy: Effect Deny')
})

test('statements that are taken apart allow what each allows, and no more', () => {
  const read = policy(
    allow(['obs:object:GetObject'], ['obs:*:*:object:b/r/*']),
    allow(['obs:object:PutObject'], ['obs:*:*:object:b/w/*']),
  )
  assert.deepEqual(operations(read, 'r/a'), ['get'])
  assert.deepEqual(operations(read, 'w/a'), ['put', 'post', 'initiate', 'complete'])
  assert.deepEqual(operations(policy({ Effect: 'Allow', Action: ['ecs:*:*'], Sid: 'x', Condition: {} })), [])
})

test('what cannot be kept to is refused', () => {
  const fine = allow(['obs:object:*'])
  const wrong: readonly JsonObject[] = [
    {},
    { Version: '1.0', Statement: [fine] },
    { Version: '1.1' },
    { Version: '1.1', Statement: [] },
    { Version: '1.1', Statement: Array(9).fill(fine) },
    { ...policy(fine), Depends: [] },
    ...[
      'x',
      { IpAddress: { 'g:SourceIp': ['10.0.0.1'] } },
      { StringEquals: { 'g:UserId': ['a'] } },
      { StringEquals: { 'obs:prefix': [] } },
      { StringEquals: { 'obs:prefix': [7] } },
      { StringEquals: 'public' },
      { constructor: { 'obs:prefix': ['public'] } },
    ].map((Condition) => policy({ ...fine, Condition })),
    policy({ ...fine, NotAction: ['obs:object:PutObject'] }),
    policy({ ...fine, Effect: 'allow' }),
    policy({ Effect: 'Allow' }),
    policy(allow([])),
    policy(allow([7])),
    ...['obs:object:Get*', 'obs:obj*:GetObject', 'obs:object', 'vod:asset:upload', 'nothing', '**'].map(
      (action) => policy(allow([action])),
    ),
    ...[
      'obs:*:*:object:b/p/*/v.mp4',
      'obs:*:*:object:*/p',
      'obs:*:*:object:b/p?',
      'b/p/*',
      'obs:*:*:object:b',
      'vod:*:*:object:b/*',
    ].map((resource) => policy(allow(['obs:object:*'], [resource]))),
    policy(allow(['obs:object:*'], { uri: ['x'] })),
    policy(allow(['obs:object:*'], [`obs:*:*:object:b/${'a'.repeat(7000)}`])),
  ]
  for (const each of wrong)
    assert.throws(() => readPolicy(each), PolicyError, JSON.stringify(each).slice(0, 100))
})

test('a policy has at most 8 statements, 50 actions and resources in each, and 6144 bytes', () => {
  const key = 'obs:*:*:object:b/k'
  const get = 'obs:object:GetObject'
  const sized = (size: number) => {
    const of = (length: number) => policy(allow([get], [`obs:*:*:object:b/${'a'.repeat(length)}`]))
    return of(size - JSON.stringify(of(0)).length)
  }
  const pairs: readonly (readonly [most: JsonObject, more: JsonObject])[] = [
    [policy(...Array(8).fill(allow([get]))), policy(...Array(9).fill(allow([get])))],
    [policy(allow(Array(50).fill(get))), policy(allow(Array(51).fill(get)))],
    [policy(allow([get], Array(50).fill(key))), policy(allow([get], Array(51).fill(key)))],
    [sized(6144), sized(6145)],
  ]
  for (const [most, more] of pairs) {
    readPolicy(most)
    assert.throws(() => readPolicy(more), PolicyError)
  }
  shows('huawei-vod', 'policy: size')
})

test('actions upon buckets are allowed for the buckets that are named', () => {
  const of = (action: string, ...resources: readonly string[]) => policy(allow([action], resources))
  const list = of('obs:bucket:ListBucket', 'obs:*:*:bucket:b')
  assert.deepEqual(ofBucket(list), ['head-bucket', 'list'])
  assert.deepEqual(ofBucket(list, '', 'bb'), [])
  assert.deepEqual(operations(list), [])
  assert.deepEqual(ofBucket(of('obs:bucket:HeadBucket', 'obs:*:*:bucket:*')), ['head-bucket'])
  assert.deepEqual(ofBucket(of('obs:bucket:ListAllMyBuckets', '*')), ['list-buckets'])
  assert.deepEqual(ofBucket(of('OBS:Bucket:listBucketMultipartUploads', 'obs:*:*:bucket:b*')), [
    'list-uploads',
  ])
  for (const all of ['obs:bucket:*', 'obs:*:*', '*']) assert.deepEqual(ofBucket(of(all, '*')), ALL_OF_BUCKETS)
  assert.deepEqual(ofBucket(of('obs:object:*', '*')), [])
  assert.deepEqual(ofBucket(of('obs:bucket:*', 'obs:*:*:object:b/*')), [])
  const denied = policy(allow(['*']), deny(['obs:bucket:ListBucket'], ['obs:*:*:bucket:b']))
  assert.ok(!ofBucket(denied).includes('list') && ofBucket(denied, '', 'c').includes('list'))
  shows('huawei-vod', 'policy: actions upon buckets')
})

test('a statement with conditions counts for lists of the prefixes that they are about', () => {
  const of = (operator: string, ...wanted: readonly string[]) =>
    policy({ ...allow(['*']), Condition: { [operator]: { 'obs:prefix': wanted } } })
  const lists = (read: JsonObject, ...prefixes: readonly string[]) =>
    prefixes.map((prefix) => ofBucket(read, prefix).includes('list'))
  const prefixes = ['public', 'Public', 'public/a', 'a', '']
  for (const [operator, wanted, expected] of [
    ['StringEquals', 'public', [true, false, false, false, false]],
    ['StringNotEquals', 'public', [false, true, true, true, true]],
    ['StringEqualsIgnoreCase', 'PUBLIC', [true, true, false, false, false]],
    ['StringLike', 'pub*c', [true, false, false, false, false]],
    ['StringMatch', '?ublic*', [true, true, true, false, false]],
    ['StringNotLike', '*', [false, false, false, false, false]],
    ['StringStartWith', 'public', [true, false, true, false, false]],
    ['StringEndWith', 'a', [false, false, true, true, false]],
  ] as const)
    assert.deepEqual(lists(of(operator, wanted), ...prefixes), expected, operator)
  assert.deepEqual(lists(of('StringEquals', 'a', 'b'), 'a', 'b', 'c'), [true, true, false])
  assert.deepEqual(lists(of('StringNotEquals', 'a', 'b'), 'a', 'b', 'c'), [false, false, true])
  assert.deepEqual(operations(of('StringEquals', 'public')), [])
  assert.deepEqual(operations(of('StringNotEquals', 'public')), PLANE_OPERATIONS)
  assert.deepEqual(calls(of('StringEquals', 'public')), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CoreErrorCode, isCoreError } from '../errors.ts'
import { asAccountId, type BlobId, type ObjectId, type UploadId } from '../ids.ts'
import { bucketName } from '../model/buckets.ts'
import type { SealedFacts, Upload, UploadLimits, UploadState } from '../model/uploads.ts'
import { type PartsSummary, takesSlot, transition, type UploadEvent } from './upload-state.ts'

const EXPIRES_AT = 10_000
const IN_TIME = EXPIRES_AT - 1

const limits: UploadLimits = {
  partNumberMin: 1,
  partNumberMax: 100,
  partSizeMin: 10,
  partSizeMax: 1000,
  sizeMax: 5000,
}
const sealed: SealedFacts = { size: 30, partCount: 2, digests: { crc64: '5' }, md5OfParts: null }
const parts: PartsSummary = { ...sealed, smallestBeforeLast: { number: 1, size: 10 } }
const objectId = 'o'.repeat(32) as ObjectId

const common = {
  id: 'u'.repeat(32) as UploadId,
  account: asAccountId('account'),
  bucket: bucketName('test', 'bucket'),
  ref: 'ref',
  key: 'a/b.mp3',
  blob: 'b'.repeat(32) as BlobId,
  limits,
  attributes: { by: 'test' },
  createdAt: 1,
  expiresAt: EXPIRES_AT,
  version: 7,
}

const uploads: { readonly [State in UploadState]: Extract<Upload, { state: State }> } = {
  open: { ...common, state: 'open' },
  sealed: { ...common, state: 'sealed', sealed },
  committed: { ...common, state: 'committed', sealed, objectId },
  aborted: { ...common, state: 'aborted' },
  expired: { ...common, state: 'expired' },
  failed: { ...common, state: 'failed', reason: 'first reason' },
}

const events = {
  attach: { type: 'attach', number: 1, size: 10 },
  append: { type: 'append', offset: 0, size: 10, grown: 0 },
  join: { type: 'join' },
  renew: { type: 'renew', expiresAt: 99_999 },
  describe: { type: 'describe', attributes: {} },
  seal: { type: 'seal', parts },
  commit: { type: 'commit', objectId, ifVersion: null, parts },
  abort: { type: 'abort' },
  fail: { type: 'fail', reason: 'bad bytes', ifVersion: null },
  expire: { type: 'expire' },
} as const satisfies { readonly [Type in UploadEvent['type']]: Extract<UploadEvent, { type: Type }> }

/** The next state, `same` for the very same upload, or the error. */
type Outcome = UploadState | 'same' | CoreErrorCode
type Row = { readonly [Type in UploadEvent['type']]: Outcome }

const closed = {
  attach: 'upload-closed',
  append: 'upload-closed',
  join: 'upload-closed',
  renew: 'upload-closed',
  describe: 'upload-closed',
  seal: 'upload-closed',
  commit: 'upload-closed',
  abort: 'upload-closed',
  fail: 'upload-closed',
  expire: 'same',
} as const satisfies Row
const expired = {
  attach: 'upload-expired',
  append: 'upload-expired',
  join: 'upload-expired',
  renew: 'upload-expired',
  describe: 'upload-expired',
  seal: 'upload-expired',
  commit: 'upload-expired',
  abort: 'upload-expired',
  fail: 'upload-expired',
  expire: 'same',
} as const satisfies Row

const inTime: { readonly [State in UploadState]: Row } = {
  open: {
    attach: 'open',
    append: 'open',
    join: 'open',
    renew: 'open',
    describe: 'open',
    seal: 'sealed',
    commit: 'committed',
    abort: 'aborted',
    fail: 'failed',
    expire: 'same',
  },
  sealed: {
    attach: 'upload-sealed',
    append: 'upload-sealed',
    join: 'upload-sealed',
    renew: 'sealed',
    describe: 'sealed',
    seal: 'same',
    commit: 'committed',
    abort: 'aborted',
    fail: 'failed',
    expire: 'same',
  },
  committed: { ...closed, seal: 'same', commit: 'same' },
  aborted: { ...closed, abort: 'same' },
  expired,
  failed: { ...closed, fail: 'same' },
}

/** Time ends what is unfinished, even before the expiry is written down; nothing else. */
const tooLate: { readonly [State in UploadState]: Row } = {
  ...inTime,
  open: { ...expired, expire: 'expired' },
  sealed: { ...expired, seal: 'same', expire: 'expired' },
}

for (const [when, now, table] of [
  ['in time', IN_TIME, inTime],
  ['at its expiry', EXPIRES_AT, tooLate],
] as const) {
  for (const state of Object.keys(uploads) as UploadState[]) {
    for (const type of Object.keys(events) as UploadEvent['type'][]) {
      test(`${state} ${when}, ${type}: ${table[state][type]}`, () => {
        assertOutcome(uploads[state], events[type], now, table[state][type])
      })
    }
  }
}

function assertOutcome(upload: Upload, event: UploadEvent, now: number, expected: Outcome): void {
  const before = structuredClone(upload)
  const outcome = outcomeOf(upload, event, now)
  assert.deepEqual(upload, before, 'the upload given is not touched')
  if (outcome instanceof Error) {
    assert.ok(isCoreError(outcome), String(outcome))
    assert.equal(outcome.code, expected)
  } else if (expected === 'same') {
    assert.equal(outcome, upload)
  } else {
    assert.equal(outcome.state, expected)
    assert.equal(outcome.version, upload.version + 1)
    assert.deepEqual({ ...outcome, ...common }, { ...common, ...ownFields(expected) })
  }
}

function outcomeOf(upload: Upload, event: UploadEvent, now: number): Upload | Error {
  try {
    return transition(upload, event, now)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** What an upload has in a state beside the common fields, after the events of the table. */
function ownFields(state: Outcome): object {
  switch (state) {
    case 'sealed':
      return { state, sealed }
    case 'committed':
      return { state, sealed, objectId }
    case 'failed':
      return { state, reason: 'bad bytes' }
    default:
      return { state }
  }
}

test('a renewal moves the expiry, on or back', () => {
  for (const expiresAt of [EXPIRES_AT + 1, EXPIRES_AT - 5000]) {
    assert.equal(transition(uploads.open, { type: 'renew', expiresAt }, 1).expiresAt, expiresAt)
  }
})

test('a description replaces attributes of the same names alone', () => {
  const upload = { ...uploads.open, attributes: { a: 1, b: 2 } }
  const attributes = { b: 3, c: 4 }
  assert.deepEqual(transition(upload, { type: 'describe', attributes }, 1).attributes, { a: 1, b: 3, c: 4 })
})

test('appended bytes are sealed once all that were named are there', () => {
  const limits = { ...uploads.open.limits, isAppended: true as const, sizeNamed: 11 }
  const seal = (size: number) =>
    outcomeOf({ ...uploads.open, limits }, { type: 'seal', parts: { ...parts, size } }, IN_TIME)
  const early = seal(10)
  assert.ok(isCoreError(early) && early.code === 'part-mismatch')
  assert.equal('state' in seal(11) && (seal(11) as Upload).state, 'sealed')
})

const partCases = [
  { number: 1, size: 0, expected: 'open' },
  { number: 100, size: 1000, expected: 'open' },
  { number: 0, size: 10, expected: 'part-number-invalid' },
  { number: 101, size: 10, expected: 'part-number-invalid' },
  { number: -1, size: 10, expected: 'part-number-invalid' },
  { number: 1.5, size: 10, expected: 'part-number-invalid' },
  { number: Number.NaN, size: 10, expected: 'part-number-invalid' },
  { number: 1, size: 1001, expected: 'body-too-large' },
] as const

for (const { number, size, expected } of partCases) {
  test(`a part number ${number} of ${size} bytes: ${expected}`, () => {
    assertOutcome(uploads.open, { type: 'attach', number, size }, IN_TIME, expected)
  })
}

const noParts: PartsSummary = {
  size: 0,
  partCount: 0,
  digests: {},
  md5OfParts: null,
  smallestBeforeLast: null,
}
const sealCases: readonly (readonly [string, PartsSummary, CoreErrorCode])[] = [
  ['no parts', noParts, 'upload-empty'],
  [
    'a small part before the last',
    { ...parts, smallestBeforeLast: { number: 3, size: 9 } },
    'part-too-small',
  ],
  ['too many bytes together', { ...parts, size: 5001 }, 'body-too-large'],
]

for (const [what, summary, code] of sealCases) {
  test(`${what}: neither a seal nor a commit is allowed`, () => {
    assertOutcome(uploads.open, { type: 'seal', parts: summary }, IN_TIME, code)
    assertOutcome(uploads.open, { ...events.commit, parts: summary }, IN_TIME, code)
  })
}

test('a small last part and the largest size are allowed', () => {
  const most: PartsSummary = { ...parts, size: 5000, partCount: 1, smallestBeforeLast: null }
  const upload = transition(uploads.open, { type: 'seal', parts: most }, IN_TIME)
  assert.ok(upload.state === 'sealed')
  assert.equal(upload.sealed.size, 5000)
})

test('an empty single part makes an empty object', () => {
  const empty: PartsSummary = { ...noParts, partCount: 1 }
  assertState(transition(uploads.open, { type: 'seal', parts: empty }, IN_TIME), 'sealed')
})

test('a commit of a sealed upload keeps the sealed facts, whatever comes with it', () => {
  const upload = transition(uploads.sealed, { ...events.commit, parts: { ...parts, size: 99 } }, IN_TIME)
  assert.ok(upload.state === 'committed')
  assert.deepEqual(upload.sealed, sealed)
  assertState(transition(uploads.sealed, { ...events.commit, parts: null }, IN_TIME), 'committed')
})

test('a commit of an open upload without parts is one of nothing', () => {
  assertOutcome(uploads.open, { ...events.commit, parts: null }, IN_TIME, 'upload-empty')
})

test('a repeated commit keeps the first object', () => {
  const other = 'p'.repeat(32) as ObjectId
  assertOutcome(uploads.committed, { ...events.commit, objectId: other, ifVersion: 1 }, IN_TIME, 'same')
})

test('commit and fail can be bound to the version that was looked at', () => {
  for (const state of ['open', 'sealed'] as const) {
    for (const event of [events.commit, events.fail]) {
      assertOutcome(uploads[state], { ...event, ifVersion: 6 }, IN_TIME, 'upload-changed')
      const next = event.type === 'commit' ? 'committed' : 'failed'
      assertOutcome(uploads[state], { ...event, ifVersion: 7 }, IN_TIME, next)
    }
  }
})

function assertState(upload: Upload, state: UploadState): void {
  assert.equal(upload.state, state)
}

test('a seal of a version takes an open upload of that version alone', () => {
  const seal = (upload: Upload, ifVersion: number) =>
    transition(upload, { type: 'seal', parts, ifVersion }, IN_TIME)
  assert.equal(seal(uploads.open, common.version).state, 'sealed')
  assert.throws(
    () => seal(uploads.open, common.version - 1),
    (error) => isCoreError(error, 'upload-changed'),
  )
  assert.equal(seal(uploads.sealed, common.version - 1), uploads.sealed)
})

test('slots are for parts of open uploads that may have several', () => {
  assert.ok([1, 2, 100].every((number) => takesSlot(uploads.open, number, IN_TIME)))
  assert.ok([0, 101, 1.5, Number.NaN].every((number) => !takesSlot(uploads.open, number, IN_TIME)))
  assert.ok(!takesSlot(uploads.open, 1, EXPIRES_AT))
  for (const upload of Object.values(uploads)) {
    assert.equal(takesSlot(upload, 1, IN_TIME), upload.state === 'open')
  }
  assert.ok(!takesSlot({ ...uploads.open, limits: { ...limits, partNumberMax: 1 } }, 1, IN_TIME))
})

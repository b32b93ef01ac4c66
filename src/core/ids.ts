import { type Random, randomHex } from './random.ts'

declare const brand: unique symbol
type Brand<Name extends string> = string & { readonly [brand]: Name }

/** The tenant. Every look-up is within one account. */
export type AccountId = Brand<'AccountId'>
/** An upload's internal id: 32 lower-case hex characters. */
export type UploadId = Brand<'UploadId'>
/** An object's id: 32 lower-case hex characters. */
export type ObjectId = Brand<'ObjectId'>
/** Names an ordered list of segments; fixed once its upload is sealed. */
export type BlobId = Brand<'BlobId'>
/** Where bytes are in the blob store: 32 lower-case hex characters. The store turns it into a place. */
export type SegmentName = Brand<'SegmentName'>
/** A delivery in the outbox. */
export type DeliveryId = Brand<'DeliveryId'>

const HEX_ID = /^[0-9a-f]{32}$/

/** Trusts a configured account id as it is. */
export const asAccountId = (text: string): AccountId => text as AccountId
/** An object id from outside, or null when it cannot be one. */
export const parseObjectId = (text: string): ObjectId | null =>
  HEX_ID.test(text) ? (text as ObjectId) : null

/** An upload's internal id from outside, or null when it cannot be one. */
export const parseUploadId = (text: string): UploadId | null =>
  HEX_ID.test(text) ? (text as UploadId) : null

/** A segment's name from an upload's own facts, or null if it cannot be one. */
export const parseSegmentName = (text: string): SegmentName | null =>
  HEX_ID.test(text) ? (text as SegmentName) : null

export const newUploadId = (random: Random, nowMs: number): UploadId =>
  timeOrderedId(random, nowMs) as UploadId
export const newObjectId = (random: Random, nowMs: number): ObjectId =>
  timeOrderedId(random, nowMs) as ObjectId
export const newBlobId = (random: Random, nowMs: number): BlobId => timeOrderedId(random, nowMs) as BlobId
export const newDeliveryId = (random: Random, nowMs: number): DeliveryId =>
  timeOrderedId(random, nowMs) as DeliveryId
/** Uniformly random, so that segments spread evenly over fan-out folders. */
export const newSegmentName = (random: Random): SegmentName => randomHex(random, 16) as SegmentName

/** A UUIDv7 without dashes: sorts by time, so that index pages fill in order; 74 random bits. */
function timeOrderedId(random: Random, nowMs: number): string {
  const bytes = Buffer.from(random.bytes(16))
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  return bytes.toString('hex')
}

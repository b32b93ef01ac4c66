import type { Account } from '../core/accounts.ts'
import type { NewDelivery } from '../core/model/deliveries.ts'
import type { JsonObject } from '../core/model/json.ts'
import type { Upload } from '../core/model/uploads.ts'

/** What uploads that come by another dialect can become in this one: begun and ended by its rules, as if its own calls had done it. */
export interface UploadTargets {
  /** The bucket of the account that people call so, if it is this dialect's; null otherwise. */
  at(account: Account, bucket: string): TargetBucket | null
}

/** A bucket of a dialect. Its functions throw the dialect's own errors, of which `refusalOf` tells. */
export interface TargetBucket {
  /** Begins an upload, as the dialect's own first call does. */
  begin(file: TargetFile): Promise<Upload>
  /** The upload that the dialect's own first call began. `name` is what that call answered, or what it was asked for. */
  find(name: string): Promise<Upload>
  /** What the dialect's own calls name the upload by. */
  nameOf(upload: Upload): string
  /** All bytes are there: does what the dialect needs before its own last call. May be repeated. */
  close(upload: Upload): Promise<void>
  /** Does what the dialect's own last call does, and returns what that would answer. May be repeated. */
  finish(upload: Upload, end: TargetEnd): Promise<JsonObject>
  /** What an error of these functions means to a client; null where it may go better the next time. */
  refusalOf(error: unknown): TargetRefusal | null
}

/** What is told of a file before its bytes. */
export interface TargetFile {
  /** Its name in the bucket, in the words of the dialect: a path, a file's name. */
  readonly key: string
  /** As the sender says; null for nothing. */
  readonly contentType: string | null
  /** Null where it is told later. */
  readonly size: number | null
  /** What the dialect's first call could be told beside that, by the names of its own fields. */
  readonly fields: JsonObject
  /** What the upload has beside the dialect's own attributes. */
  readonly attributes: JsonObject
}

/** How an upload ends. */
export interface TargetEnd {
  /** As the sender says; null for nothing. */
  readonly name: string | null
  readonly contentType: string | null
  /** Messages that go out with the end, or not at all. */
  readonly deliveries: readonly NewDelivery[]
}

export interface TargetRefusal {
  /** Of HTTP: 400 to 499. */
  readonly status: number
  /** The dialect's own code and words. */
  readonly code: string
  readonly message: string
}

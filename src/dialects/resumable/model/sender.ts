import type { UploadId } from '../../../core/ids.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { isObject } from '../../../http/json-shapes.ts'

/** What an upload remembers of who sends it, beside what its target keeps. */
export interface Sender {
  /** The key that made the ticket. */
  readonly ticketKey: string
  /** Where the ticket leads, in the names that keys are limited to. The key is empty where the ticket named an upload. */
  readonly bucket: string
  readonly key: string
  /** As the sender says; null for nothing. */
  readonly name: string | null
  readonly contentType: string | null
  /** Most bytes that the ticket allows; null for no limit of its own. */
  readonly sizeMax: number | null
  /** Upload-Metadata, as it came. */
  readonly metadata: string
  /** Digests that the whole has to have, as they came; null for none. */
  readonly reprDigest: string | null
  /** Whether the last byte is also the target's last call. Else that is left to the target's own. */
  readonly isConfirming: boolean
  /** Whether what comes before the target's last call is done. */
  readonly isClosed: boolean
  /** Of uploads of which one is put together; null of others. */
  readonly concat: Partial | Final | null
}

/** An upload whose bytes another one will have. */
export interface Partial {
  readonly kind: 'partial'
  /** Null until it is known. */
  readonly final: UploadId | null
}

/** An upload that has the bytes of others. */
export interface Final {
  readonly kind: 'final'
  /** Upload-Concat, as it came. */
  readonly text: string
  readonly of: readonly UploadId[]
  /** Of all together; null where it was not known at the beginning. */
  readonly size: number | null
}

const NAME = 'sender'

/** As attributes of the upload. */
export const asAttributes = (sender: Sender): JsonObject => {
  const { concat } = sender
  return { [NAME]: { ...sender, concat: concat === null ? null : { ...concat } } }
}

/** Null for an upload that no ticket leads to. Only `asAttributes` writes it. */
export function senderOf({ attributes }: Pick<Upload, 'attributes'>): Sender | null {
  const sender = attributes[NAME]
  return isObject(sender) ? (sender as unknown as Sender) : null
}

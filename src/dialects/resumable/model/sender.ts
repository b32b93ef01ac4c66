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
}

const NAME = 'sender'

/** As attributes of the upload. */
export const asAttributes = (sender: Sender): JsonObject => ({ [NAME]: { ...sender } })

/** Null for an upload that no ticket leads to. Only `asAttributes` writes it. */
export function senderOf({ attributes }: Pick<Upload, 'attributes'>): Sender | null {
  const sender = attributes[NAME]
  return isObject(sender) ? (sender as unknown as Sender) : null
}

import type { TimeMs } from '../../../core/clock.ts'
import type { DeliveryId } from '../../../core/ids.ts'

/** An event on its way to a subscriber. */
export interface SmnMessage {
  readonly id: DeliveryId
  readonly createdAt: TimeMs
  /** The event as JSON. */
  readonly message: string
  /** Id and name of the project that it is of. */
  readonly from: { readonly project: string; readonly region: string }
}

/** Where the vendor's users subscribe to events of VOD; here a topic of its own stands in every project. */
const TOPIC = 'vod'
const SUBJECT = 'VOD'
const TYPE = 'Notification'

/**
 * A notification as SMN posts it to subscribers (SMN user guide, page smn_ug_a9002): the event is a text in `message`. What only SMN
 * can give is left out: `signature` and `signing_cert_url`, which need its certificate, and `unsubscribe_url`.
 */
export function notification({ id, createdAt, message, from }: SmnMessage): {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
} {
  const topic = `urn:smn:${encodeURIComponent(from.region)}:${from.project}:${TOPIC}`
  const timestamp = new Date(createdAt).toISOString().replace(/\.\d{3}/, '')
  return {
    body: JSON.stringify({
      ...{ type: TYPE, subject: SUBJECT, topic_urn: topic, message_id: id },
      ...{ signature_version: 'v1', message, timestamp },
    }),
    headers: {
      'x-smn-message-type': TYPE,
      'x-smn-message-id': id,
      'x-smn-topic-urn': topic,
      'x-smn-subscription-urn': `${topic}:stowage`,
    },
  }
}

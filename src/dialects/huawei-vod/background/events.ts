import { newDeliveryId } from '../../../core/ids.ts'
import type { Delivery, NewDelivery } from '../../../core/model/deliveries.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { DeliverySender } from '../../../core/ports/background.ts'
import { hmacSha256 } from '../../../http/canonical.ts'
import { post } from '../../../http/outgoing/post.ts'
import { type Asset, isConfirmed } from '../model/asset.ts'
import type { ProjectContext, Vod } from '../model/context.ts'
import { STATUSES } from '../model/statuses.ts'
import { videoKey } from '../storage/object-keys.ts'
import { playUrl } from '../storage/urls.ts'
import { metaData } from '../wire/asset-info.ts'

const TOPIC = 'huawei-vod.event'
/** How long the receiver of events may take. */
const TIMEOUT_MS = 10_000

/** Why an asset was not made. */
export interface EventError {
  readonly code: string
  readonly message: string
}

/**
 * The event that an asset's creation has ended, well or not (reference §1.18). None if no URL is configured. `error` replaces the
 * words of the state.
 */
export function createCompleteDeliveries(
  call: Pick<ProjectContext, 'core' | 'project' | 'options' | 'publicUrl'>,
  asset: Asset,
  error?: EventError,
): readonly NewDelivery[] {
  const { core, options } = call
  if (options.eventUrl === '') return []
  const now = core.clock.now()
  return [{ id: newDeliveryId(core.random, now), topic: TOPIC, body: createInfo(call, asset, error) }]
}

function createInfo(
  call: Pick<ProjectContext, 'project' | 'publicUrl'>,
  asset: Asset,
  error: EventError | undefined,
): JsonObject {
  const { object, attributes } = asset
  const { status } = object
  const isMade = isConfirmed(asset)
  const reason = STATUSES[status as keyof typeof STATUSES].description
  return {
    status: isMade ? 'SUCCEED' : 'FAILED',
    title: object.name,
    url: isMade ? playUrl(call, videoKey(call.project, object.key, attributes)) : null,
    asset_id: object.key,
    user_name: attributes.user,
    meta_data: metaData(asset),
    error_code: error?.code ?? null,
    error_msg: isMade ? null : (error?.message ?? reason),
  }
}

/** Posts events to the configured URL, signed with the configured secret. */
export function createEventSender({ core, options }: Pick<Vod, 'core' | 'options'>): DeliverySender {
  return {
    topic: TOPIC,
    send: async ({ id, body }: Delivery, signal: AbortSignal) => {
      const { eventUrl, eventSecret } = options
      if (eventUrl === '') return
      const text = eventBody(body)
      const timestamp = String(Math.floor(core.clock.now() / 1000))
      const headers = {
        'x-stowage-event-id': id,
        'x-stowage-timestamp': timestamp,
        'x-stowage-signature': `sha256=${eventSignature(eventSecret, timestamp, text)}`,
      }
      const message = { url: new URL(eventUrl), body: text, headers, signal }
      await post({ ...message, receiver: 'the receiver of events', timeoutMs: TIMEOUT_MS })
    },
  }
}

/** The fields in the vendor's order. A store may give them back in another order. */
function eventBody(info: JsonObject): string {
  const { status, title, url, asset_id, user_name, meta_data, error_code, error_msg } = info
  const ordered = { ...{ status, title, url, asset_id, user_name }, meta_data, error_code, error_msg }
  return JSON.stringify({ event_type: 'createComplete', create_info: ordered })
}

/** Lower-case hex of HMAC-SHA256 over the time, a dot, and the body as it is sent. */
export const eventSignature = (secret: string, timestamp: string, body: string): string =>
  hmacSha256(secret, `${timestamp}.${body}`).toString('hex')

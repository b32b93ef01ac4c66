import { newDeliveryId } from '../../../core/ids.ts'
import type { Delivery, NewDelivery } from '../../../core/model/deliveries.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { DeliverySender } from '../../../core/ports/background.ts'
import { hmacSha256 } from '../../../http/canonical.ts'
import { isObject } from '../../../http/json-shapes.ts'
import { post } from '../../../http/outgoing/post.ts'
import { type Asset, isConfirmed, isTranscoded } from '../model/asset.ts'
import type { ProjectContext, Vod } from '../model/context.ts'
import { STATUSES } from '../model/statuses.ts'
import { coverKey, videoKey } from '../storage/object-keys.ts'
import { playUrl } from '../storage/urls.ts'
import { metaData, outputs, snapshotUrls } from '../wire/outputs.ts'
import { notification, type SmnMessage } from './smn.ts'

const TOPIC = 'huawei-vod.event'
/** How long the receiver of events may take. */
const TIMEOUT_MS = 10_000
/** "Thumbnails failed" (reference §3.3), and what the page of covers shows. */
const SNAPSHOTS_FAILED = 'VOD.10104'
const COVER_FAILED = 'VOD.10013'

/** Why an asset was not made. */
export interface EventError {
  readonly code: string
  readonly message: string
}

type Context = Pick<ProjectContext, 'core' | 'project' | 'options' | 'publicUrl'>

/** What an event tells, under the name that its kind has in the vendor's notifications. */
type EventType = keyof typeof FIELDS

/**
 * The events that an asset's creation has ended, well or not (reference §1.18), and that it passes for transcoded where that was asked
 * for. None if no URL is configured. `error` replaces the words of the state.
 */
export function endDeliveries(call: Context, asset: Asset, error?: EventError): readonly NewDelivery[] {
  const created = delivery(call, 'createComplete', createInfo(call, asset, error))
  return isTranscoded(asset) ? [...created, ...transcodedDeliveries(call, asset)] : created
}

/** The event that a transcoding has ended: the original is all its output. None if no URL is configured. */
export const transcodedDeliveries = (call: Context, asset: Asset): readonly NewDelivery[] =>
  delivery(call, 'transcodeComplete', {
    ...{ asset_id: asset.object.key, status: 'SUCCEED' },
    template_group_name: asset.attributes.transcode?.templateGroupName ?? null,
    output: outputs(call, asset),
  })

/** The event that snapshots are made, or cannot be (page vod_01_0049). None if no URL is configured. */
export function snapshotDeliveries(call: Context, asset: Asset): readonly NewDelivery[] {
  const { reason } = asset.attributes.snapshots ?? {}
  const lists = snapshotUrls(call, asset)
  return delivery(call, 'thumbnailComplete', {
    asset_id: asset.object.key,
    status: lists === null ? 'FAILED' : 'SUCCEED',
    ...{ sample: lists?.sample ?? null, dots: lists?.dots ?? null, quantity: lists?.quantity ?? null },
    error_code: lists === null ? SNAPSHOTS_FAILED : null,
    error_msg: lists === null ? (reason ?? null) : null,
  })
}

/** The event that the first frame has become the cover, or cannot (page vod_01_0054). None if no URL is configured. */
export function coverDeliveries(call: Context, asset: Asset, failure: string | null): readonly NewDelivery[] {
  const { object, attributes } = asset
  const key = failure === null ? coverKey(call.project, object.key, attributes) : null
  return delivery(call, 'coverComplete', {
    ...{ status: key === null ? 'FAILED' : 'SUCCEED', title: object.name, asset_id: object.key },
    ...{ error_code: key === null ? COVER_FAILED : null, error_msg: failure, cover_type: 'HEAD_FRAME_COVER' },
    cover_urls: key === null ? null : [{ offset: 0, url: playUrl(call, key) }],
  })
}

function delivery(
  { core, options, project }: Context,
  eventType: EventType,
  info: JsonObject,
): readonly NewDelivery[] {
  if (options.eventUrl === '') return []
  const from = { project: project.id, region: project.name }
  const id = newDeliveryId(core.random, core.clock.now())
  return [{ id, topic: TOPIC, body: { event_type: eventType, info, from } }]
}

function createInfo(call: Context, asset: Asset, error: EventError | undefined): JsonObject {
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
    send: async ({ id, body, createdAt }: Delivery, signal: AbortSignal) => {
      const { eventUrl, eventSecret } = options
      if (eventUrl === '') return
      const event = eventOf(body)
      const smn = options.eventFormat === 'smn' ? notification({ id, createdAt, ...event }) : null
      const text = smn?.body ?? event.message
      const timestamp = String(Math.floor(core.clock.now() / 1000))
      const headers = {
        ...smn?.headers,
        'x-stowage-event-id': id,
        'x-stowage-timestamp': timestamp,
        'x-stowage-signature': `sha256=${eventSignature(eventSecret, timestamp, text)}`,
      }
      const message = { url: new URL(eventUrl), body: text, headers, signal }
      await post({ ...message, receiver: 'the receiver of events', timeoutMs: TIMEOUT_MS })
    },
  }
}

/** The fields of each event, in the vendor's order: pages vod_01_0053, 0048, 0049 and 0054 of the user guide. */
const FIELDS = {
  createComplete: {
    under: 'create_info',
    names: ['status', 'title', 'url', 'asset_id', 'user_name', 'meta_data', 'error_code', 'error_msg'],
  },
  transcodeComplete: {
    under: 'transcode_info',
    names: ['asset_id', 'status', 'template_group_name', 'templateGroupName', 'output'],
  },
  thumbnailComplete: {
    under: 'thumbnail_info',
    names: ['asset_id', 'status', 'sample', 'dots', 'quantity', 'error_code', 'error_msg'],
  },
  coverComplete: {
    under: 'cover_info',
    names: ['status', 'title', 'asset_id', 'error_code', 'error_msg', 'cover_type', 'cover_urls'],
  },
} as const

/**
 * What a delivery's body tells. A store may give its fields back in another order. Version 0.1 kept the fields of a createComplete
 * alone.
 */
function eventOf(body: JsonObject): Pick<SmnMessage, 'message' | 'from'> {
  const given = String(body.event_type)
  const type = Object.hasOwn(FIELDS, given) ? (given as EventType) : 'createComplete'
  const { under, names } = FIELDS[type]
  const info = isObject(body.info) ? body.info : body
  const from = isObject(body.from) ? body.from : {}
  const values: JsonObject = { ...info, templateGroupName: info.template_group_name ?? null }
  const ordered = Object.fromEntries(names.map((name) => [name, values[name] ?? null]))
  return {
    message: JSON.stringify({ event_type: type, [under]: ordered }),
    from: { project: String(from.project ?? ''), region: String(from.region ?? '') },
  }
}

/** Lower-case hex of HMAC-SHA256 over the time, a dot, and the body as it is sent. */
export const eventSignature = (secret: string, timestamp: string, body: string): string =>
  hmacSha256(secret, `${timestamp}.${body}`).toString('hex')

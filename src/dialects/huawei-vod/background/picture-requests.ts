import { type DeliveryId, newDeliveryId } from '../../../core/ids.ts'
import type { NewDelivery } from '../../../core/model/deliveries.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { DeliverySender } from '../../../core/ports/background.ts'
import { randomHex } from '../../../core/random.ts'
import { type Asset, assetsBucket, isSeen } from '../model/asset.ts'
import type { ProjectContext, Vod } from '../model/context.ts'
import { begunSnapshots, planOf, type Thumbnail, thumbnailJson } from '../model/snapshots.ts'

const TOPIC = 'huawei-vod.pictures'
export const PICTURE_TOPIC = 'huawei-vod.picture'

/** What the task of an asset's pictures keeps. */
export interface PictureInput {
  readonly project: string
  readonly asset: string
  /** The video's name: with another one it is another video. */
  readonly video: string
  /** Whether the first frame is to be the cover, and is not yet. */
  readonly firstFrame: boolean
  /** As `Snapshots.request`; null where none are asked for. */
  readonly request: string | null
  readonly thumbnail: Thumbnail | null
  /** How many of the planned ones were tried, and at which seconds there was a frame. */
  readonly tried: number
  readonly made: readonly number[]
}

type Context = Pick<ProjectContext, 'core' | 'project' | 'pictures'>

/** An asset with what was begun for it. */
export interface Begun {
  readonly asset: Asset
  /** Written in one step with the asset, they start the work. */
  readonly deliveries: readonly NewDelivery[]
}

/**
 * Has pictures made of an asset's video: snapshots as `thumbnail` asks for, and `firstFrame` a cover where there is none. Nothing where no pictures are made here,
 * or the video has none.
 */
export function beginPictures(
  { core, project, pictures }: Context,
  asset: Asset,
  { thumbnail, firstFrame }: Pick<PictureInput, 'thumbnail' | 'firstFrame'>,
): Begun {
  const isAsked = thumbnail !== null || (firstFrame && asset.attributes.cover === null)
  if (pictures === null || !isAsked || !isSeen(asset)) return { asset, deliveries: [] }
  const { object, attributes } = asset
  const request = thumbnail === null ? null : randomHex(core.random, 8)
  const id: DeliveryId = newDeliveryId(core.random, core.clock.now())
  const input: PictureInput = {
    ...{ project: project.id, asset: object.key, video: attributes.video, request, thumbnail },
    ...{ firstFrame: firstFrame && attributes.cover === null, tried: 0, made: [] },
  }
  const snapshots =
    thumbnail === null || request === null
      ? attributes.snapshots
      : begunSnapshots(attributes.snapshots, request, planOf(thumbnail, object.media?.durationMs ?? null))
  return {
    asset: { object, attributes: { ...attributes, snapshots } },
    deliveries: [{ id, topic: TOPIC, body: inputJson(input) }],
  }
}

export const inputJson = (input: PictureInput): JsonObject => ({
  ...input,
  thumbnail: thumbnailJson(input.thumbnail),
})

/** Makes tasks of what was written down with the assets. Where one is made twice, the second finds nothing to do. */
export function createPictureSender({ core }: Pick<Vod, 'core'>): DeliverySender {
  return {
    topic: TOPIC,
    send: async ({ account, body }) => {
      const scope = assetsBucket({ id: String(body.project) })
      await core.tasks.add({ account, scope, topic: PICTURE_TOPIC, input: body })
    },
  }
}

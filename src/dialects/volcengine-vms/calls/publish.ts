import { newObjectId } from '../../../core/ids.ts'
import type { NewDelivery } from '../../../core/model/deliveries.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { reviewDeliveries } from '../background/review-sender.ts'
import { KIND } from '../model/resource.ts'
import { firstState } from '../model/review.ts'
import type { Voice } from '../model/voice.ts'
import type { Call } from './call.ts'

/** What is made of an upload. */
export interface Publication {
  readonly upload: Upload
  /** What its bytes are. */
  readonly voice: Voice
  readonly name: string
  /** The call's `Result` when the resource has this key. */
  resultOf(resourceKey: string): JsonObject
}

/** Who makes a resource of an upload: a call, or another door. */
export interface Committing extends Pick<Call, 'core' | 'account' | 'options' | 'parameters' | 'changing'> {
  /** Messages that go out beside the review's. */
  readonly deliveries?: readonly NewDelivery[]
}

/** Commits the probed bytes, and no others, as a notification file. */
export function publish(
  call: Committing,
  { upload, voice, name, resultOf }: Publication,
): Promise<StoredObject> {
  const { core, account, options } = call
  const id = newObjectId(core.random, core.clock.now())
  const status = firstState(options)
  return call.changing(resultOf(id)).uploads.commit(
    { account: account.id, id: upload.id },
    {
      id,
      traits: {
        name,
        kind: KIND.notification,
        status,
        contentType: voice.media.contentType,
        media: voice.media,
        attributes: { suffix: voice.suffix, remark: '' },
      },
      conflict: 'fail',
      objectsMax: options.resourcesMax,
      ifVersion: upload.version,
      deliveries: [...reviewDeliveries(core, account, { id, name, status }), ...(call.deliveries ?? [])],
    },
  )
}

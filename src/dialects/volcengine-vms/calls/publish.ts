import type { CommitOptions } from '../../../core/core.ts'
import { newObjectId, type ObjectId } from '../../../core/ids.ts'
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
export function publish(call: Committing, publication: Publication): Promise<StoredObject> {
  const { core, account } = call
  const id = newObjectId(core.random, core.clock.now())
  const { upload, resultOf } = publication
  const { deliveries = [], ...options } = committing(call, id, publication)
  return call
    .changing(resultOf(id))
    .uploads.commit(
      { account: account.id, id: upload.id },
      { ...options, deliveries: [...deliveries, ...(call.deliveries ?? [])] },
    )
}

/** What makes a voice file of an upload. It tells the account's review address. */
export function committing(
  { core, account, options }: Pick<Call, 'core' | 'account' | 'options'>,
  id: ObjectId,
  { upload, voice, name }: Omit<Publication, 'resultOf'>,
): CommitOptions {
  const status = firstState(options)
  return {
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
    deliveries: reviewDeliveries(core, account, { id, name, status }),
  }
}

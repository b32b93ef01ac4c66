import type { JsonObject } from '../../../core/model/json.ts'
import type { ObjectBrief, StoredObject } from '../../../core/model/objects.ts'
import { KIND, textAttribute } from '../model/resource.ts'
import { beijingTime } from './times.ts'

/** One of `Records` (documents 6358/173278, 173279, 1722078). */
export const record = (object: StoredObject): JsonObject =>
  recordOf({ ...object, durationMs: object.media?.durationMs ?? 0 })

/** What a record is made of. */
export type Recorded = ObjectBrief & Pick<StoredObject, 'kind' | 'status'>

export function recordOf(object: Recorded): JsonObject {
  return {
    ResourceKey: object.id,
    Name: object.name,
    Suffix: textAttribute(object, 'suffix'),
    Duration: durationS(object),
    State: Number(object.status),
    CreateTime: beijingTime(object.createdAt),
    Type: Number(object.kind),
    Remark: textAttribute(object, 'remark'),
    ...(object.kind === KIND.tts
      ? {
          TtsTemplateContent: textAttribute(object, 'ttsTemplateContent'),
          TtsOptions: textAttribute(object, 'ttsOption'),
        }
      : {}),
  }
}

/** Whole seconds, the nearest; half a second counts up. */
const durationS = ({ durationMs }: Recorded): number => Math.round(durationMs / 1000)

import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { KIND, textAttribute } from '../model/resource.ts'
import { beijingTime } from './times.ts'

/** One of `Records` (documents 6358/173278, 173279, 1722078). */
export function record(object: StoredObject): JsonObject {
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
const durationS = ({ media }: StoredObject): number => Math.round((media?.durationMs ?? 0) / 1000)

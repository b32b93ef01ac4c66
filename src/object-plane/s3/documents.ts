import type { JsonObject } from '../../core/model/json.ts'
import type { Upload } from '../../core/model/uploads.ts'
import { isObject } from '../../http/json-shapes.ts'
import { etagElement, nameFields, partFields } from '../parts-xml.ts'
import type { PlaneCompleted, PlanePartsList, PlaneUpload } from '../types.ts'
import { element } from '../xml.ts'
import { type ChecksumPlan, planOf } from './checksum-plan.ts'
import { checksumOf } from './checksums.ts'
import { type KeptChecksum, keptAttributes } from './kept.ts'

/** The elements of answers about uploads of parts. */
export const initiatedFields = (upload: PlaneUpload): string =>
  [...nameFields(upload), element('UploadId', upload.uploadId)].join('')

/** Of an object in a list of keys. */
export function listedObjectFields(attributes: JsonObject): string {
  const { checksum } = keptAttributes(attributes)
  return checksum === null ? '' : planFields(checksum)
}

/** Of an upload in a list of them. */
export function listedUploadFields({ attributes: { kept } }: Pick<Upload, 'attributes'>): string {
  const plan = planOf(isObject(kept) ? kept : {})
  return plan === null ? '' : planFields(plan)
}

const planFields = ({ algorithm, type }: ChecksumPlan): string =>
  element('ChecksumAlgorithm', algorithm.toUpperCase()) + element('ChecksumType', type)

export function listedFields(upload: PlaneUpload, list: PlanePartsList): string {
  const { account } = upload.target
  const who = element('ID', account) + element('DisplayName', account)
  const plan = planOf(list.kept ?? {})
  const told = plan === null ? '' : planFields(plan)
  const { id, page } = partFields(upload.uploadId, list, ({ facts }) => {
    const value = plan === null ? null : checksumOf(plan.algorithm, facts)
    return plan === null || value === null ? '' : checksumElement(plan.algorithm, value)
  })
  const people = `<Initiator>${who}</Initiator><Owner>${who}</Owner>`
  return [...nameFields(upload), id, people, told, ...page].join('')
}

export function completedFields(
  upload: PlaneUpload,
  location: string,
  { etag, attributes = {} }: PlaneCompleted,
): string {
  const { checksum } = keptAttributes(attributes)
  const told = checksum === null ? [] : checksumFields(checksum)
  return [element('Location', location), ...nameFields(upload), etagElement(etag), ...told].join('')
}

export const checksumElement = (algorithm: string, value: string): string =>
  element(`Checksum${algorithm.toUpperCase()}`, value)

/** `ChecksumCRC32` and its like, and the type. */
export const checksumFields = ({ algorithm, value, type }: KeptChecksum): readonly string[] => [
  checksumElement(algorithm, value),
  element('ChecksumType', type),
]

import { etagElement, nameFields, partFields } from '../parts-xml.ts'
import type { PlaneCompleted, PlanePartsList, PlaneUpload } from '../types.ts'
import { element } from '../xml.ts'
import { type KeptChecksum, keptAttributes } from './kept.ts'

/** The elements of answers about uploads of parts. */
export const initiatedFields = (upload: PlaneUpload): string =>
  [...nameFields(upload), element('UploadId', upload.uploadId)].join('')

export function listedFields(upload: PlaneUpload, list: PlanePartsList): string {
  const { account } = upload.target
  const who = element('ID', account) + element('DisplayName', account)
  const { id, page } = partFields(upload.uploadId, list)
  const people = `<Initiator>${who}</Initiator><Owner>${who}</Owner>`
  return [...nameFields(upload), id, people, ...page].join('')
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

/** `ChecksumCRC32` and its like. */
export const checksumFields = ({ algorithm, value, type }: KeptChecksum): readonly string[] => [
  element(`Checksum${algorithm.toUpperCase()}`, value),
  element('ChecksumType', type),
]

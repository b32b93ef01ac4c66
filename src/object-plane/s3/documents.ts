import { etagElement, nameFields, partFields } from '../parts-xml.ts'
import type { PlanePartsList, PlaneUpload } from '../types.ts'
import { element } from '../xml.ts'

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

export const completedFields = (upload: PlaneUpload, location: string, etag: string): string =>
  [element('Location', location), ...nameFields(upload), etagElement(etag)].join('')

import { strictEncode } from '../../http/canonical.ts'
import type { PlanePartsList, PlaneUpload } from '../types.ts'
import { element } from '../xml.ts'

/** The elements of answers about uploads of parts. */
export const initiatedFields = (upload: PlaneUpload): string =>
  nameFields(upload) + element('UploadId', upload.uploadId)

export function listedFields(
  upload: PlaneUpload,
  { parts, isTruncated, after, max }: PlanePartsList,
): string {
  const { account } = upload.target
  const who = element('ID', account) + element('DisplayName', account)
  return [
    nameFields(upload),
    element('UploadId', upload.uploadId),
    `<Initiator>${who}</Initiator><Owner>${who}</Owner>`,
    element('StorageClass', 'STANDARD'),
    element('PartNumberMarker', String(after)),
    element('NextPartNumberMarker', String(parts.at(-1)?.number ?? after)),
    element('MaxParts', String(max)),
    element('IsTruncated', String(isTruncated)),
    ...parts.map(partElement),
  ].join('')
}

export const completedFields = (upload: PlaneUpload, location: string, etag: string): string =>
  element('Location', location) + nameFields(upload) + element('ETag', `"${etag}"`)

function partElement({ number, writtenAt, facts }: PlanePartsList['parts'][number]): string {
  const fields = [
    element('PartNumber', String(number)),
    element('LastModified', new Date(writtenAt).toISOString()),
    element('ETag', `"${facts.digests.md5 ?? ''}"`),
    element('Size', String(facts.size)),
  ]
  return `<Part>${fields.join('')}</Part>`
}

function nameFields({ target, isKeyEncoded }: PlaneUpload): string {
  const key = isKeyEncoded ? strictEncode(target.key) : target.key
  return element('Bucket', target.bucket) + element('Key', key)
}

import { strictEncode } from '../http/canonical.ts'
import type { PlanePartsList, PlaneUpload } from './types.ts'
import { element } from './xml.ts'

/** The elements of answers about uploads of parts that all clouds took over from S3. */
export function partFields(
  uploadId: string,
  { parts, isTruncated, after, max }: PlanePartsList,
  /** What the cloud tells of a part beside the elements of all. */
  ownOf: (part: PlanePartsList['parts'][number]) => string = () => '',
): {
  readonly id: string
  readonly page: readonly string[]
} {
  return {
    id: element('UploadId', uploadId),
    page: [
      element('StorageClass', 'STANDARD'),
      element('PartNumberMarker', String(after)),
      element('NextPartNumberMarker', String(parts.at(-1)?.number ?? after)),
      element('MaxParts', String(max)),
      element('IsTruncated', String(isTruncated)),
      ...parts.map((part) => partElement(part, ownOf(part))),
    ],
  }
}

function partElement({ number, writtenAt, facts }: PlanePartsList['parts'][number], own: string): string {
  const fields = [
    element('PartNumber', String(number)),
    element('LastModified', new Date(writtenAt).toISOString()),
    etagElement(facts.digests.md5 ?? ''),
    element('Size', String(facts.size)),
    own,
  ]
  return `<Part>${fields.join('')}</Part>`
}

/** Bucket and key, as the client wants them. */
export function nameFields({ target, isKeyEncoded }: PlaneUpload): readonly string[] {
  const key = isKeyEncoded ? strictEncode(target.key) : target.key
  return [element('Bucket', target.bucket), element('Key', key)]
}

/** The quotes stand as they are. `etag` is hex, and perhaps a dash and a number. */
export const etagElement = (etag: string): string => `<ETag>"${etag}"</ETag>`

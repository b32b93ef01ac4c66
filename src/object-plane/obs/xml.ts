import { strictEncode } from '../../http/canonical.ts'
import type { PlanePartsList, PlaneUpload } from '../types.ts'
import { element } from '../xml.ts'

/** The XML of answers: pages obs_04_0098, obs_04_0101, obs_04_0102 and "错误码". */
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

/** What an answer is about: an upload, and the region that its object is kept in. */
interface About {
  /** The region's name in the XML namespace. */
  readonly region: string
  readonly upload: PlaneUpload
}

export function errorXml(fields: Readonly<Record<string, string>>): string {
  const elements = Object.entries(fields).map(([name, text]) => element(name, text))
  return `${DECLARATION}\n<Error>${elements.join('')}</Error>`
}

export function initiatedXml(about: About): string {
  return document('InitiateMultipartUploadResult', about, [...uploadFields(about), uploadIdField(about)])
}

export function listedXml(about: About, { parts, isTruncated, after, max }: PlanePartsList): string {
  const { account } = about.upload.target
  return document('ListPartsResult', about, [
    ...uploadFields(about),
    uploadIdField(about),
    `<Initiator>${element('ID', `domainID/${account}:userID/${account}`)}</Initiator>`,
    `<Owner>${element('ID', account)}</Owner>`,
    element('StorageClass', 'STANDARD'),
    element('PartNumberMarker', String(after)),
    element('NextPartNumberMarker', String(parts.at(-1)?.number ?? after)),
    element('MaxParts', String(max)),
    element('IsTruncated', String(isTruncated)),
    ...parts.map(partElement),
  ])
}

export function completedXml(about: About, location: string, etag: string): string {
  return document('CompleteMultipartUploadResult', about, [
    element('Location', location),
    ...uploadFields(about),
    etagElement(etag),
  ])
}

function partElement({ number, writtenAt, facts }: PlanePartsList['parts'][number]): string {
  const fields = [
    element('PartNumber', String(number)),
    element('LastModified', new Date(writtenAt).toISOString()),
    etagElement(facts.digests.md5 ?? ''),
    element('Size', String(facts.size)),
  ]
  return `<Part>${fields.join('')}</Part>`
}

function document(root: string, { region }: About, fields: readonly string[]): string {
  const namespace = `http://obs.${region}.myhuaweicloud.com/doc/2015-06-30/`
  return `${DECLARATION}\n<${root} xmlns="${namespace}">\n${fields.join('')}\n</${root}>`
}

function uploadFields({ upload: { target, isKeyEncoded } }: About): readonly string[] {
  const encoding = isKeyEncoded ? [element('EncodingType', 'url')] : []
  const key = isKeyEncoded ? strictEncode(target.key) : target.key
  return [...encoding, element('Bucket', target.bucket), element('Key', key)]
}

const uploadIdField = ({ upload }: About): string => element('UploadId', upload.uploadId)

/** The vendor writes the quotes as they are. `etag` is hex, and perhaps a dash and a number. */
const etagElement = (etag: string): string => `<ETag>"${etag}"</ETag>`

import { etagElement, nameFields, partFields } from '../parts-xml.ts'
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

export function listedXml(about: About, list: PlanePartsList): string {
  const { account } = about.upload.target
  return document('ListPartsResult', about, [
    ...uploadFields(about),
    uploadIdField(about),
    `<Initiator>${element('ID', `domainID/${account}:userID/${account}`)}</Initiator>`,
    `<Owner>${element('ID', account)}</Owner>`,
    ...partFields(about.upload.uploadId, list).page,
  ])
}

export function completedXml(about: About, location: string, etag: string): string {
  return document('CompleteMultipartUploadResult', about, [
    element('Location', location),
    ...uploadFields(about),
    etagElement(etag),
  ])
}

/** A document that is about more than one upload. `fields` are elements. */
export const documentXml = (root: string, fields: string): string =>
  `${DECLARATION}\n<${root} xmlns="http://obs.myhuaweicloud.com/doc/2015-06-30/">${fields}</${root}>`

function document(root: string, { region }: About, fields: readonly string[]): string {
  const namespace = `http://obs.${region}.myhuaweicloud.com/doc/2015-06-30/`
  return `${DECLARATION}\n<${root} xmlns="${namespace}">\n${fields.join('')}\n</${root}>`
}

function uploadFields({ upload }: About): readonly string[] {
  const encoding = upload.isKeyEncoded ? [element('EncodingType', 'url')] : []
  return [...encoding, ...nameFields(upload)]
}

const uploadIdField = ({ upload }: About): string => element('UploadId', upload.uploadId)

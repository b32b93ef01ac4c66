import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'

export interface PresignGetOptions {
  /** Seconds, at most a week. */
  readonly expiresS: number
  /** Answered as Content-Type. */
  readonly contentType?: string
  /** Answered as Content-Disposition. */
  readonly disposition?: string
}

export interface PresignPutOptions {
  /** Seconds, at most a week. */
  readonly expiresS: number
  /** The sender has to send this Content-Type. */
  readonly contentType?: string
  /** The sender has to send this Content-Length. */
  readonly size?: number
  /** Base64. The sender has to send this Content-MD5, and the store checks the bytes by it. */
  readonly md5?: string
}

export interface PresignedPut {
  readonly url: string
  /** To be sent as they are. */
  readonly headers: Readonly<Record<string, string>>
}

/** A link that whoever has it can read an object by. */
export function presignGet(
  client: S3Client,
  bucket: string,
  key: string,
  { expiresS, contentType, disposition }: PresignGetOptions,
): Promise<string> {
  const command = new GetObjectCommand({
    ...{ Bucket: bucket, Key: key },
    ...(contentType === undefined ? {} : { ResponseContentType: contentType }),
    ...(disposition === undefined ? {} : { ResponseContentDisposition: disposition }),
  })
  return getSignedUrl(client, command, { expiresIn: expiresS })
}

/** A link that whoever has it can write an object by, with one PUT. */
export async function presignPut(
  client: S3Client,
  bucket: string,
  key: string,
  { expiresS, contentType, size, md5 }: PresignPutOptions,
): Promise<PresignedPut> {
  const command = new PutObjectCommand({
    ...{ Bucket: bucket, Key: key },
    ...(contentType === undefined ? {} : { ContentType: contentType }),
    ...(size === undefined ? {} : { ContentLength: size }),
    ...(md5 === undefined ? {} : { ContentMD5: md5 }),
  })
  const headers = {
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(size === undefined ? {} : { 'content-length': String(size) }),
    ...(md5 === undefined ? {} : { 'content-md5': md5 }),
  }
  const names = new Set(Object.keys(headers))
  const url = await getSignedUrl(client, command, {
    ...{ expiresIn: expiresS, signableHeaders: new Set([...names, 'host']), unhoistableHeaders: names },
  })
  return { url, headers }
}

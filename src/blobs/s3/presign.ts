import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { PresignedPut, PresignGetOptions, PresignPutOptions } from '../../core/ports/direct-access.ts'

/** A URL by which anybody who has it can read an object. */
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

/** A URL by which anybody who has it can write an object with one PUT. */
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

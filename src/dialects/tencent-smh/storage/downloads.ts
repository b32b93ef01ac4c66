import type { TimeMs } from '../../../core/clock.ts'
import type { Core } from '../../../core/core.ts'
import { parseObjectId } from '../../../core/ids.ts'
import type { EntryId, FileEntry, VolumeAddress } from '../../../core/model/trees.ts'
import { contentDisposition } from '../../../http/disposition.ts'
import { servableFile } from '../../../http/serve-object.ts'
import { mint, signedUrl } from '../../../object-plane/cos/index.ts'
import type { PlaneObject } from '../../../object-plane/types.ts'
import type { SpaceCall } from '../calls/call.ts'
import { holderOf } from './holders.ts'

/** A URL is valid from so many seconds before it was made, for nodes whose clocks are behind. */
const CLOCK_SLACK_S = 300

export interface DownloadOptions {
  readonly expiresS: number
  /** Whether a browser shows the file or keeps it under the entry's name. Null says nothing. */
  readonly disposition: 'inline' | 'attachment' | null
  /** Bytes a second; null for no limit. */
  readonly trafficLimit: number | null
}

/**
 * A signed URL for a file's bytes as they are now. Whoever has it can GET them, also in ranges. It ends with its time, with the token that
 * asked for it, when the file is removed for good, and when the file is overwritten. It never leads to other bytes.
 */
export function downloadUrl(
  { core, publicUrl, account, library, caller }: SpaceCall,
  entry: FileEntry,
  { expiresS, disposition, trafficLimit }: DownloadOptions,
): { readonly url: string; readonly expiresAt: TimeMs } {
  const nowS = Math.floor(core.clock.now() / 1000)
  const validUntil = nowS + expiresS
  const issuer = { name: library.id, account: account.id, secret: library.secret }
  const credentials = mint(issuer, {
    methods: ['GET', 'HEAD'],
    path: downloadPath(entry),
    uploadId: null,
    partNumber: null,
    trafficLimit,
    validFrom: nowS - CLOCK_SLACK_S,
    validUntil,
    holder: holderOf(caller),
  })
  const params: readonly (readonly [string, string])[] = [
    ...(disposition === null
      ? []
      : [['response-content-disposition', contentDisposition(disposition, entry.name)] as const]),
    ...(trafficLimit === null ? [] : [['x-cos-traffic-limit', String(trafficLimit)] as const]),
  ]
  const url = signedUrl(credentials, { method: 'GET', baseUrl: publicUrl, params })
  return { url, expiresAt: validUntil * 1000 }
}

/** Where a file's bytes are on the data plane: `/cos/<library>/<space>/<inode>/<blob>`. */
const downloadPath = ({ volume, id, content }: FileEntry): string =>
  `/cos/${volume.realm}/${volume.volume}/${id}/${content.blob}`

/** The file that the end of a data path names. Null: it names none. */
export function parseDownloadKey(key: string): { readonly entry: EntryId; readonly blob: string } | null {
  const [first = '', blob = '', ...more] = key.split('/')
  const entry = parseObjectId(first)
  return entry === null || !/^[0-9a-f]{32}$/.test(blob) || more.length > 0 ? null : { entry, blob }
}

/** The bytes that the end of a data path leads to. Null: the file is gone, or has other bytes by now. */
export async function readDownload(
  { trees }: Core,
  volume: VolumeAddress,
  key: string,
): Promise<PlaneObject | null> {
  const wanted = parseDownloadKey(key)
  const found = wanted && (await trees.findEntry({ volume, at: { id: wanted.entry } }))
  return found?.kind === 'file' && found.content.blob === wanted?.blob ? servableFile(trees, found) : null
}

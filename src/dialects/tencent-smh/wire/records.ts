import type { TimeMs } from '../../../core/clock.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Entry, FileEntry, VirtualEntry } from '../../../core/model/trees.ts'
import { entityTag } from '../../../http/serve-object.ts'
import type { ReplyHeaders } from '../../../http/types.ts'
import type { Library } from '../credentials.ts'
import { fromJson } from '../model/attributes.ts'
import { shownCas } from '../model/content-cas.ts'
import { contentsType, fileTypeOf } from '../model/file-types.ts'

type LibraryKind = Pick<Library, 'kind'>

const NO_CONTENT_TYPE = 'application/octet-stream'

/** ISO 8601 in UTC with milliseconds. */
export const isoTime = (time: TimeMs): string => new Date(time).toISOString()

/** `type` of an entry (reference §4). A link's is `symlink`, whatever it leads to. */
export function entryType(library: LibraryKind, entry: Entry): string {
  if (entry.kind === 'directory') return 'dir'
  if (entry.kind === 'link') return 'symlink'
  return entry.kind === 'virtual' ? 'virtual' : contentsType(library, entry)
}

/** With its quotes, as in lists and headers. A directory's is a bare number, as in the vendor's sample. */
export function eTagOf(entry: Entry): string {
  if (entry.kind === 'directory') return String(entry.version)
  return entityTag({ id: entry.id, content: entry.kind === 'file' ? entry.content : null })
}

/**
 * The previews that the vendor has of a file. Of documents this server makes none. Those of images and videos can be asked for where they are made.
 */
export const PREVIEWS: JsonObject = { previewByDoc: false, previewByCI: false, previewAsIcon: false }

export interface RecordOptions {
  /** The entry's id, as `inode`. */
  readonly inode?: boolean
  /** The whole path, as names from the root. */
  readonly path?: boolean
  /** `isFavorite`: always false, this server keeps no favourites. */
  readonly favorite?: boolean
  /** `contentCas`, of what has bytes. */
  readonly cas?: boolean
  /** Who wrote it, as `userId`. */
  readonly user?: boolean
}

/** An entry in a list. With `path` and `user` it is the answer to the `?info` of any entry (reference §4). */
export function entryRecord(library: LibraryKind, entry: Entry, options: RecordOptions = {}): JsonObject {
  return {
    ...(options.path === true ? { path: entry.path } : {}),
    name: entry.name,
    ...(options.inode === true ? { inode: entry.id } : {}),
    ...facts(library, entry),
    ...(entry.kind === 'link' ? { linkTo: entry.target } : {}),
    removedByQuota: false,
    ...shownCas(entry, options.cas === true),
    ...(options.favorite === true ? { isFavorite: false } : {}),
    ...(options.user === true ? { userId: fromJson(entry.attributes).user } : {}),
  }
}

/** The URL of a file's bytes, with its end. */
export interface InfoUrl {
  readonly url: string
  readonly expiresAt: TimeMs
}

/** The answer to a file's `?info` (reference §6). It has no name and no path. Without `download` it answers a `pre_check`. */
export function fileInfo(
  library: LibraryKind,
  entry: FileEntry | VirtualEntry,
  download: InfoUrl | null,
): JsonObject {
  return {
    ...(download === null
      ? {}
      : {
          cosUrl: download.url,
          cosUrlExpiration: isoTime(download.expiresAt),
          availableCosUrls: [download.url],
        }),
    ...facts(library, entry),
  }
}

/** The record of a finished upload (reference §5.7). `path` is null where a directory above it is gone. */
export function confirmRecord(
  library: LibraryKind,
  entry: Entry,
  {
    isOverwritten,
    ...options
  }: Pick<RecordOptions, 'inode' | 'favorite' | 'cas'> & { readonly isOverwritten: boolean },
): JsonObject {
  return { ...entryRecord(library, entry, { ...options, path: true }), isOverwritten, virusAuditStatus: 0 }
}

/** What all records of an entry have in common. */
function facts(library: LibraryKind, entry: Entry): JsonObject {
  const { meta, labels, category } = fromJson(entry.attributes)
  return {
    type: entryType(library, entry),
    creationTime: isoTime(entry.createdAt),
    modificationTime: isoTime(entry.modifiedAt),
    ...bytesFacts(entry),
    eTag: eTagOf(entry),
    ...(Object.keys(meta).length === 0 ? {} : { metaData: meta }),
    ...(entry.kind === 'directory' ? {} : { fileType: fileTypeOf(entry.name), ...PREVIEWS }),
    labels,
    ...(category === null ? {} : { category }),
    ...(entry.localCreatedAt === null ? {} : { localCreationTime: isoTime(entry.localCreatedAt) }),
    ...(entry.localModifiedAt === null ? {} : { localModificationTime: isoTime(entry.localModifiedAt) }),
  }
}

/** The content type of what has a size, as records have it; null for all else. */
export const contentTypeShown = (entry: Entry): string | null =>
  entry.kind === 'file' || entry.kind === 'virtual' ? (entry.contentType ?? NO_CONTENT_TYPE) : null

function bytesFacts(entry: Entry): JsonObject {
  if (entry.kind === 'virtual') {
    return { contentType: entry.contentType ?? NO_CONTENT_TYPE, size: String(entry.size) }
  }
  if (entry.kind !== 'file') return {}
  const { crc64 } = entry.content.digests
  return {
    versionId: entry.version,
    contentType: entry.contentType ?? NO_CONTENT_TYPE,
    size: String(entry.content.size),
    ...(crc64 === undefined ? {} : { crc64 }),
  }
}

/** Headers of a download's 302 and of HEAD (reference §6). */
export function smhHeaders(library: LibraryKind, entry: Entry): ReplyHeaders {
  const { contentType, size, crc64 } = bytesFacts(entry)
  const { meta } = fromJson(entry.attributes)
  const known = Object.entries({ 'content-type': contentType, size, crc64 }).flatMap(([name, value]) =>
    typeof value === 'string' ? [[`x-smh-${name}`, headerText(value)] as const] : [],
  )
  return {
    'x-smh-type': entryType(library, entry),
    'x-smh-creation-time': isoTime(entry.createdAt),
    'x-smh-modification-time': isoTime(entry.modifiedAt),
    'x-smh-etag': eTagOf(entry),
    ...Object.fromEntries(known),
    ...Object.fromEntries(Object.entries(meta).map(([name, value]) => [name, headerText(value)])),
  }
}

/** Headers carry printable ASCII; other characters are percent-encoded as UTF-8. */
const headerText = (value: string): string =>
  value.replace(/[^\x20-\x7e]+/gu, (text) => encodeURIComponent(text.toWellFormed()))

import type { Trees } from '../../../core/core.ts'
import type { FileEntry } from '../../../core/model/trees.ts'
import { servableFile } from '../../../http/serve-object.ts'
import type { BucketFile, FileMeta } from '../../buckets.ts'
import { SmhError } from '../errors.ts'
import { fromJson } from '../model/attributes.ts'
import { headerMeta, META_PREFIX } from '../wire/fields.ts'
import { directoryPath, fileNames } from '../wire/names.ts'

/** The names in a key. Throws SmhError: a key has no slash too many, since it would not come back in lists. */
export function pathOf(key: string): readonly string[] {
  if (key.startsWith('/') || key.endsWith('//')) throw new SmhError('EmptyFileName')
  return key.endsWith('/') ? directoryPath(key) : fileNames(key)
}

/** Null for a key that no entry can have. */
export function namesIn(key: string): readonly string[] | null {
  try {
    return pathOf(key)
  } catch (error) {
    if (error instanceof SmhError) return null
    throw error
  }
}

export const fileOf = (trees: Trees, entry: FileEntry): BucketFile => ({
  ...servableFile(trees, entry),
  meta: shownMeta(fromJson(entry.attributes).meta),
})

/** As values of headers: each byte of UTF-8 is a character. */
const shownMeta = (meta: FileMeta): FileMeta =>
  Object.fromEntries(
    Object.entries(meta).map(([name, text]) => [
      name.slice(META_PREFIX.length),
      Buffer.from(text).toString('latin1'),
    ]),
  )

/** As it is kept. Throws `ParamInvalid`. */
export const keptMeta = (meta: FileMeta): FileMeta =>
  headerMeta(Object.fromEntries(Object.entries(meta).map(([name, text]) => [META_PREFIX + name, text])))

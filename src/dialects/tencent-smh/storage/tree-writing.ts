import type { Accounts } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import { type CoreErrorCode, isCoreError } from '../../../core/errors.ts'
import type { Bucket } from '../../../core/model/buckets.ts'
import type { DirectoryEntry, Entry, FileEntry, SeenFile } from '../../../core/model/trees.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { BucketRemoving, BucketWriting, NewFile, PlannedUpload, Wanted } from '../../buckets.ts'
import { SmhError } from '../errors.ts'
import { toJson } from '../model/attributes.ts'
import { contentTypeOf } from '../model/content-types.ts'
import type { SpaceContext } from '../model/context.ts'
import { directoryPlace, ensureDirectory, filePlace, type NamedPlace, placeOf } from '../model/places.ts'
import { begunUploadOf, FILE_SIZE_MAX, kept } from '../model/upload.ts'
import { fileOf, keptMeta, namesIn, pathOf } from './tree-files.ts'
import { refusing, spaceAt } from './tree-spaces.ts'

interface Given {
  readonly core: Core
  readonly accounts: Accounts
}

const within =
  ({ core, accounts }: Given) =>
  <Result>(bucket: Bucket, act: (space: SpaceContext) => Promise<Result>): Promise<Result> =>
    refusing(async () => act(await spaceAt({ core }, accounts, bucket)))

/** Files by the rules of their library. Directories above them are made. A file that is overwritten keeps its inode. */
export function createWriting(given: Given): BucketWriting {
  const inSpace = within(given)
  return {
    digests: ['md5', 'crc64'],
    check: (bucket, key) =>
      inSpace(bucket, async (space) => {
        if (key.endsWith('/')) directoryAt(space, key)
        else fileAt(space, key)
      }),
    plan: (bucket, file) => inSpace(bucket, (space) => plan(space, file)),
    commit: (bucket, upload, { key, meta }, wanted) =>
      inSpace(bucket, async (space) => {
        const ifThere = await seenThere(space, key, wanted.check)
        return fileOf(space.core.trees, await commit(space, upload, { meta, isFree: wanted.isFree, ifThere }))
      }),
    makeDirectory: (bucket, key) =>
      inSpace(bucket, async (space) => {
        const { directory, name } = directoryAt(space, key)
        await ensureDirectory(space, [...directory, name])
      }),
  }
}

/** A file goes into the bin, where the library has one. So does a directory with nothing in it; another one stays. */
export function createRemoving(given: Given): BucketRemoving {
  const inSpace = within(given)
  return (bucket, key, check) =>
    inSpace(bucket, async (space) => {
      const path = namesIn(key)
      const found =
        path === null ? null : await space.core.trees.findEntry({ volume: space.address, at: { path } })
      if (found?.kind === 'directory' && key.endsWith('/')) await removeDirectory(space, found)
      if (found?.kind === 'file' && !key.endsWith('/')) await removeFile(space, found, check)
    })
}

async function removeFile(
  { core, address, library }: SpaceContext,
  file: FileEntry,
  check: Wanted['check'],
): Promise<void> {
  check?.(fileOf(core.trees, file))
  const ifBlob = check === null ? undefined : file.content.blob
  const at = { volume: address, id: file.id, kind: file.kind, ifPlace: placeOf(file), ifBlob }
  await unless('entry-not-found', () => core.trees.removeEntry({ ...at, bin: library.recycleBin }))
}

async function removeDirectory(
  { core, address, library }: SpaceContext,
  directory: DirectoryEntry,
): Promise<void> {
  const at = { volume: address, id: directory.id, kind: directory.kind, ifPlace: placeOf(directory) }
  const remove = () => core.trees.removeEntry({ ...at, bin: library.recycleBin, ifEmpty: true })
  await unless('entry-not-found', () => unless('object-changed', remove))
}

async function unless(code: CoreErrorCode, act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!isCoreError(error, code)) throw error
  }
}

function fileAt(space: SpaceContext, key: string): NamedPlace {
  pathOf(key)
  return filePlace(space, key)
}

function directoryAt(space: SpaceContext, key: string): NamedPlace {
  pathOf(key)
  return directoryPlace(space, key)
}

/** As a start call does it, for a file in place of what is there. */
async function plan(space: SpaceContext, file: NewFile): Promise<PlannedUpload> {
  const { address } = space
  const { directory, name } = fileAt(space, file.key)
  const attributes = { user: '', meta: keptMeta(file.meta), labels: [], category: null }
  const there = await entryAt(space, file.key)
  if (there?.kind === 'directory') throw new SmhError('SameNameDirectoryOrFileExists')
  const upload = kept(space, {
    ...{
      kind: file.isInParts ? 'multipart' : 'simple',
      parent: await ensureDirectory(space, directory),
      name,
    },
    ...{ strategy: 'overwrite', contentType: contentTypeOf(name), attributes },
    ...{ localCreatedAt: null, localModifiedAt: null, trafficLimit: null, cas: null },
  })
  const replaces = there?.kind === 'file' ? there.content.size : 0
  return { ...upload, into: { volume: address, replaces }, sizeMax: FILE_SIZE_MAX }
}

const entryAt = ({ core, address }: SpaceContext, key: string): Promise<Entry | null> =>
  core.trees.findEntry({ volume: address, at: { path: pathOf(key) } })

/** The file that may be replaced and no other; undefined for anything. */
async function seenThere(
  space: SpaceContext,
  key: string,
  check: Wanted['check'],
): Promise<SeenFile | undefined> {
  if (check === null) return undefined
  const there = await entryAt(space, key)
  const file = there?.kind === 'file' ? there : null
  check(file === null ? null : fileOf(space.core.trees, file))
  return file === null ? undefined : { id: file.id, blob: file.content.blob }
}

async function commit(
  { core, address }: SpaceContext,
  upload: Upload,
  {
    meta,
    isFree,
    ifThere,
  }: Pick<NewFile, 'meta'> & Pick<Wanted, 'isFree'> & { readonly ifThere: SeenFile | undefined },
): Promise<FileEntry> {
  const { parent, name, contentType } = begunUploadOf(upload)
  const attributes = toJson({ user: '', meta: keptMeta(meta), labels: [], category: null })
  try {
    const { entry } = await core.trees.commit(
      { account: upload.account, id: upload.id },
      {
        ...{ volume: address, place: { parent, name }, conflict: isFree ? 'fail' : 'overwrite', ifThere },
        ...{ contentType, traits: { attributes, localCreatedAt: null, localModifiedAt: null } },
      },
    )
    return entry
  } catch (error) {
    // A directory of that name came in between.
    if (!isFree && isCoreError(error, 'name-conflict')) throw new SmhError('SameNameDirectoryOrFileExists')
    throw error
  }
}

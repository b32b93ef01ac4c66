import { type Accounts, credentialsOf } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import { CoreError } from '../../../core/errors.ts'
import { type AccountId, parseUploadId } from '../../../core/ids.ts'
import type { FileEntry, VolumeAddress } from '../../../core/model/trees.ts'
import { answerTo } from '../../../http/conditions.ts'
import { entityTag } from '../../../http/serve-object.ts'
import type {
  KeyRangeAsked,
  PlaneCondition,
  PlaneCopied,
  PlaneCopy,
  PlaneKeys,
} from '../../../object-plane/contents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import { compareKeys, type KeyMount, keysIn, listMounts } from '../../../object-plane/key-mounts.ts'
import type { PlaneTarget } from '../../../object-plane/types.ts'
import { libraryCredential } from '../credentials.ts'
import { asSmhError, SmhError } from '../errors.ts'
import type { SpaceContext } from '../model/context.ts'
import { copyEntry } from '../model/copy.ts'
import { deleteEntry } from '../model/delete.ts'
import { ensureDirectory } from '../model/places.ts'
import { filePath } from '../wire/names.ts'
import { treeBucket } from './buckets.ts'
import { parseDownloadKey } from './downloads.ts'

/** Where a target's space is. */
export function volumeOf({ account, bucket }: Pick<PlaneTarget, 'account' | 'bucket'>): VolumeAddress {
  const [, realm = '', volume = ''] = bucket.split('/')
  return { account, realm, volume }
}

/** `cos/<library>/<space>/` of a space's keys. */
const keyPrefix = ({ realm, volume }: Pick<VolumeAddress, 'realm' | 'volume'>): string =>
  `cos/${realm}/${volume}/`

/** The space that keys with this beginning are in, and what follows it; null where it names none. */
export function spaceIn(
  prefix: string,
): { readonly realm: string; readonly volume: string; readonly rest: string } | null {
  const [, realm, volume, rest] = /^cos\/([^/]+)\/([^/]+)\/(.*)$/s.exec(prefix) ?? []
  return realm === undefined || volume === undefined || rest === undefined ? null : { realm, volume, rest }
}

/** The file at a path. Names that an upload or a download has are no paths. */
export async function fileAt({ trees }: Core, target: PlaneTarget): Promise<FileEntry | null> {
  if (parseDownloadKey(target.key) !== null || target.key.endsWith('/')) return null
  const entry = await trees.findEntry({ volume: volumeOf(target), at: { path: target.key.split('/') } })
  return entry?.kind === 'file' ? entry : null
}

/**
 * Files by their paths, for accounts' own keys: `cos/<library>/<space>/<path>`. What is deleted goes where SMH's own call has it go, and a
 * copy is SMH's, which replaces what is there.
 */
export function createKeys(core: Core, accounts: Accounts): PlaneKeys {
  return {
    list: ({ account }, range) => listMounts(mountsOf(core, accounts, account, range), range),
    etagOf: entityTag,
    remove: (target, condition) => remove(core, accounts, target, condition),
    copy: (asked) => copy(core, accounts, asked),
  }
}

/** One space where the list is within it, else those of all libraries. */
async function* mountsOf(
  core: Core,
  accounts: Accounts,
  account: AccountId,
  { prefix }: KeyRangeAsked,
): AsyncIterable<KeyMount> {
  const owner = accounts.byId(account)
  const libraries = owner === null ? [] : credentialsOf(owner, libraryCredential)
  const one = spaceIn(prefix)
  const spaces: VolumeAddress[] = []
  for (const { id: realm } of libraries) {
    if (one === null && !`cos/${realm}/`.startsWith(prefix) && !prefix.startsWith(`cos/${realm}/`)) continue
    if (one === null) spaces.push(...(await spacesOf(core, account, realm)))
    else if (one.realm === realm) spaces.push({ account, realm, volume: one.volume })
  }
  yield* spaces
    .map((space) => ({
      prefix: keyPrefix(space),
      list: keysIn(core, { account, bucket: treeBucket(space) }),
    }))
    .sort((a, b) => compareKeys(a.prefix, b.prefix))
}

const SPACES = 1000

async function spacesOf(
  { trees }: Core,
  account: AccountId,
  realm: string,
): Promise<readonly VolumeAddress[]> {
  const found: VolumeAddress[] = []
  for (let after = ''; ; ) {
    const page = await trees.listVolumes({ account, realm, after, prefix: '', owner: null, limit: SPACES })
    found.push(...page.map(({ volume }) => ({ account, realm, volume })))
    if (page.length < SPACES) return found
    after = page.at(-1)?.volume ?? ''
  }
}

/** The file that a key names, by its path or as downloads name it. */
async function fileOf(core: Core, target: PlaneTarget): Promise<FileEntry | null> {
  const wanted = parseDownloadKey(target.key)
  if (wanted === null) return fileAt(core, target)
  const entry = await core.trees.findEntry({ volume: volumeOf(target), at: { id: wanted.entry } })
  const isIt = entry?.kind === 'file' && entry.content.blob === wanted.blob && entry.path !== null
  return isIt ? entry : null
}

async function remove(
  core: Core,
  accounts: Accounts,
  target: PlaneTarget,
  condition: PlaneCondition,
): Promise<void> {
  const file = await fileOf(core, target)
  const space = file === null ? null : await spaceOf(core, accounts, target)
  if (file === null || space === null) return
  requireCondition(core, { ...condition, ifNoneMatch: null }, file)
  try {
    await deleteEntry(space, { path: (file.path ?? []).join('/'), permanent: false, taken: 'file' })
  } catch (error) {
    const refused = planeError(error)
    if (!(refused instanceof PlaneError && refused.code === 'no-such-key')) throw refused
  }
}

async function copy(core: Core, accounts: Accounts, asked: PlaneCopy): Promise<PlaneCopied | null> {
  const { source, target, sourceCondition } = asked
  if (parseUploadId(target.key) !== null || source.realm !== target.realm) return null
  const file = await fileOf(core, source)
  if (file?.path == null) throw new PlaneError('no-such-key', 'there is no source')
  requireCondition(core, sourceCondition, file)
  const space = await spaceOf(core, accounts, target)
  if (space === null) throw new PlaneError('no-such-bucket', 'there is no such space')
  try {
    const { directory } = filePath(target.key)
    await ensureDirectory(space, directory)
    const copied = await copyEntry(space, {
      ...{ copyFrom: file.path.join('/'), copyFromSpace: volumeOf(source).volume, to: target.key },
      ...{ strategy: 'overwrite', taken: 'file' },
    })
    if (copied.kind !== 'copied' || copied.entry.kind !== 'file') throw new TypeError('a file becomes one')
    return { etag: entityTag(copied.entry), changedAt: copied.entry.modifiedAt }
  } catch (error) {
    throw planeError(error)
  }
}

/** The space of a target, with all that its library grants. */
async function spaceOf(core: Core, accounts: Accounts, target: PlaneTarget): Promise<SpaceContext | null> {
  const address = volumeOf(target)
  const volume = await core.trees.findVolume(address)
  const library = accounts.find(libraryCredential, address.realm)?.credential
  if (volume === null || library === undefined) return null
  return { core, library, volume, address, caller: { user: '', grants: ['admin'], token: null } }
}

/** Throws `precondition-failed`. */
function requireCondition({ clock }: Core, condition: PlaneCondition, file: FileEntry): void {
  const validators = { etag: entityTag(file), modifiedAt: file.modifiedAt }
  if (answerTo(condition, validators, clock.now()) !== 'proceed')
    throw new PlaneError('precondition-failed', 'the file is not as the client wants it to be')
}

/** What SMH refuses, as the plane tells it. */
function planeError(error: unknown): unknown {
  if (!(error instanceof SmhError)) return error
  const { status, message } = asSmhError(error)
  if (status === 409) return new CoreError('name-conflict', message)
  return new PlaneError(CODES.get(status) ?? 'argument-invalid', message)
}

const CODES = new Map([
  [403, 'access-denied'],
  [404, 'no-such-key'],
] as const) as ReadonlyMap<number, 'access-denied' | 'no-such-key'>

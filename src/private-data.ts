import { chmodSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Rights of anybody but the owner. */
const OTHERS = 0o077
/** Rights of those who are neither the owner nor in the group. */
const WORLD = 0o007

type Chmod = (path: string, mode: number) => void

/** Where secrets and contents are. Empty texts name nothing. */
export interface PrivatePlaces {
  readonly dataDir: string
  readonly secretKeyFile: string
  readonly tlsKey: string
}

export interface PrivateDataOptions {
  /** Is told, in a line each, what was changed and what has to be. */
  readonly tell: (line: string) => void
  readonly chmod?: Chmod
}

/**
 * Takes away the rights that others than the owner have in a data folder that is there already: of the folder, and of the database, the
 * folder of bytes, the keys and whatever else lies in it; and of the secret key, wherever it is. What cannot be changed is told, and so is
 * what a link in the folder leads to, which may be anything. The key of `tls.key` is the operator's to share with a group: it is told where
 * all have it. Changes nothing on Windows, where rights are others.
 */
export function keepPrivate(places: PrivatePlaces, { tell, chmod = chmodSync }: PrivateDataOptions): void {
  if (process.platform === 'win32') return
  const { dataDir, secretKeyFile, tlsKey } = places
  const named = secretKeyFile === '' ? [dataDir] : [dataDir, secretKeyFile]
  const found = entriesOf(dataDir)
  const open = [...named, ...found.files, ...found.links].filter((path) => rightsOf(path, OTHERS) !== 0)
  const mended = open.filter((path) => !found.links.includes(path) && isClosed(path, chmod))
  const left = open.filter((path) => !mended.includes(path))
  if (mended.length > 0)
    tell(`data_dir: others had rights in ${mended.join(', ')}; now they are for their owner alone`)
  if (left.length > 0) tell(`data_dir: others have rights in ${left.join(', ')}; run chmod go= on them`)
  if (tlsKey !== '' && rightsOf(tlsKey, WORLD) !== 0)
    tell(`tls.key: every user has rights in ${tlsKey}; run chmod o= on it`)
}

/** What lies in a folder, where it is there. Who may not enter a folder reaches nothing below: that is not looked at. */
function entriesOf(dir: string): { readonly files: readonly string[]; readonly links: readonly string[] } {
  const paths = namesIn(dir).map((name) => join(dir, name))
  const isLink = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  return { files: paths.filter((path) => !isLink(path)), links: paths.filter(isLink) }
}

/** None where there is no folder, or one that may not be looked at: the start tells that in its own words. */
function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

/** 0 where nothing is there. */
const rightsOf = (path: string, mask: number): number =>
  (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & mask

function isClosed(path: string, chmod: Chmod): boolean {
  try {
    chmod(path, statSync(path).mode & 0o7777 & ~OTHERS)
    return true
  } catch {
    return false
  }
}

import { CoreError } from '../core/errors.ts'
import type { FactsKind, KeptStep } from '../core/ports/snapshot.ts'
import { type Place, readText, writeText } from './place.ts'

/** The form of a place and its files. A program reads this one alone. */
const FORMAT = 1

/** A file of one backup, below its folder. */
export interface ManifestFile {
  readonly file: string
  /** In bytes. */
  readonly size: number
  /** In hex. */
  readonly sha256: string
}

/** A segment that could not be read right. */
export interface BadSegment {
  readonly segment: string
  readonly reason: string
}

/** What a backup is. It is written last: what has none is no backup. */
export interface Manifest {
  readonly format: typeof FORMAT
  readonly name: string
  /** The moment of the facts, ISO 8601. */
  readonly takenAt: string
  readonly finishedAt: string
  /** Of the program. */
  readonly version: string
  readonly facts: ManifestFile & { readonly kind: FactsKind; readonly steps: readonly KeptStep[] }
  /** The list of the segments that the facts name, with how many there are and what they come to. */
  readonly segments: ManifestFile & { readonly count: number; readonly bytes: number }
  /** What the backup brought to the place that was not there yet. */
  readonly copied: { readonly count: number; readonly bytes: number }
  /** Segments that the facts name and that are not in the place. */
  readonly bad: readonly BadSegment[]
  /** Keys and what else the data folder had, by its name there. Empty where they were left out. */
  readonly keys: readonly (ManifestFile & { readonly name: string })[]
}

const BACKUPS = 'backups'

/** Where the bytes of all backups of a place are. */
export const SEGMENTS = 'segments'

/** Where a segment is in a place. */
export const segmentPath = (name: string): string => `${SEGMENTS}/${name.slice(0, 2)}/${name}`

/** Where the files of one backup are. */
export const backupPath = (name: string, file = ''): string => `${BACKUPS}/${name}/${file}`

const NAME = /^[0-9A-Za-z-]{1,64}$/
const MANIFEST = 'manifest.json'

/** All backups of a place, the oldest first, and the files of those that were never finished. */
export async function readPlace(
  place: Place,
): Promise<{ readonly backups: readonly Manifest[]; readonly unfinished: readonly string[] }> {
  const files = (await place.list(BACKUPS)).map(({ path }) => path)
  const names = files.flatMap((path) => {
    const [, name = '', file, ...rest] = path.split('/')
    return file === MANIFEST && rest.length === 0 && NAME.test(name) ? [name] : []
  })
  const known = new Set(names)
  const backups: Manifest[] = []
  for (const name of names) backups.push(await readManifest(place, name))
  const unfinished = files.filter((path) => !known.has(path.split('/')[1] ?? ''))
  return { backups: backups.sort((one, other) => (one.name < other.name ? -1 : 1)), unfinished }
}

/** Errors: those of the place; `storage-failed` when it is of another form, or damaged. */
async function readManifest(place: Place, name: string): Promise<Manifest> {
  const manifest = parsed(await readText(place, backupPath(name, MANIFEST)))
  if (isManifest(manifest) && manifest.name === name) return manifest
  throw new CoreError(
    'storage-failed',
    `the backup ${name} is damaged, or was made by a newer version of Stowage`,
  )
}

export const writeManifest = (place: Place, manifest: Omit<Manifest, 'format'>): Promise<void> =>
  writeText(
    place,
    backupPath(manifest.name, MANIFEST),
    `${JSON.stringify({ format: FORMAT, ...manifest }, null, 2)}\n`,
  )

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Whether it is of this form. What has the form was written by `writeManifest`. */
const isManifest = (value: unknown): value is Manifest =>
  typeof value === 'object' && value !== null && 'format' in value && value.format === FORMAT

/** One of these backups: the last, or that of the name. Errors: `invalid-argument`. */
export function chosen(backups: readonly Manifest[], name: string | null): Manifest {
  const found = name === null ? backups.at(-1) : backups.find((backup) => backup.name === name)
  if (found !== undefined) return found
  const what = name === null ? 'there is no backup' : `there is no backup called ${JSON.stringify(name)}`
  throw new CoreError('invalid-argument', `${what}; "stowage backup PLACE --list" shows what there is`)
}

import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { CoreError } from '../core/errors.ts'
import { makeFolders, syncFolders, writeOnce } from '../durable-files.ts'
import { measured } from './checked.ts'
import { backupPath, type Manifest, type ManifestFile } from './manifest.ts'
import type { Place } from './place.ts'

/** A small file of the installation that a restore puts back: keys above all. */
export interface KeyFile {
  /** What it is called in a backup. */
  readonly name: string
  /** Where it is on this machine. */
  readonly path: string
}

type WriteFile = (
  place: Place,
  backup: string,
  file: string,
  source: AsyncIterable<Uint8Array>,
) => Promise<ManifestFile>

/** Copies those that are there into a backup. */
export async function keepKeys(
  place: Place,
  backup: string,
  keys: readonly KeyFile[],
  write: WriteFile,
): Promise<Manifest['keys']> {
  const kept: Manifest['keys'][number][] = []
  for (const { name, path } of keys) {
    if (!existsSync(path)) continue
    kept.push({ name, ...(await write(place, backup, `keys/${name}`, bytesOf(path))) })
  }
  return kept
}

/**
 * Writes a backup's keys where they belong, for their owner alone. Errors:
 * `invalid-argument` where another key is there.
 */
export async function restoreKeys(place: Place, backup: Manifest, keys: readonly KeyFile[]): Promise<void> {
  for (const { name, path } of keys) {
    const kept = backup.keys.find((key) => key.name === name)
    if (kept === undefined) continue
    const text = await textOf(measured(place.read(backupPath(backup.name, kept.file)), kept))
    if (existsSync(path)) {
      if (readFileSync(path, 'utf8') === text) continue
      throw new CoreError('invalid-argument', `${path} is there and differs from the backup's; move it away`)
    }
    syncFolders(dirname(path), makeFolders(dirname(path)))
    writeOnce(path, text)
  }
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  yield readFileSync(path)
}

async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

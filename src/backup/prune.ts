import { backupPath, readPlace, SEGMENTS } from './manifest.ts'
import type { Place } from './place.ts'
import { segmentsOf } from './segment-list.ts'

const REMOVALS = 1000

/**
 * Leaves the newest `keep` backups, and removes what they do not name: the others' manifests first, then their files, then segments. Returns
 * the names of those that went. Nobody may write to the place meanwhile. Errors: those of the place.
 */
export async function prune(place: Place, keep: number): Promise<readonly string[]> {
  const { backups } = await readPlace(place)
  const old = backups.slice(0, Math.max(0, backups.length - keep))
  if (old.length === 0) return []
  for (const { name } of old) await place.remove([backupPath(name, 'manifest.json')])
  await place.settle()
  for (const { name } of old) {
    await place.remove((await place.list(backupPath(name).slice(0, -1))).map(({ path }) => path))
  }
  const named = new Set<string>()
  for (const backup of backups.slice(-keep)) {
    for await (const { name } of segmentsOf(place, backup)) named.add(name)
  }
  const unnamed = (await place.list(SEGMENTS))
    .map(({ path }) => path)
    .filter((path) => !named.has(path.slice(path.lastIndexOf('/') + 1)))
  for (let at = 0; at < unnamed.length; at += REMOVALS) await place.remove(unnamed.slice(at, at + REMOVALS))
  await place.settle()
  return old.map(({ name }) => name)
}

import type { Project } from '../credentials.ts'
import { type Asset, isConfirmed } from '../model/asset.ts'
import { coverKey, subtitleKey } from './object-keys.ts'

/** A file of an asset by the name that people see: `original.mp4`, `cover.jpg`, `subtitle-1.srt`. */
export interface NamedFile {
  readonly name: string
  /** Its object key among the covers and subtitles; null for the video. */
  readonly sideKey: string | null
}

/** The files that an asset may have, in the order of their names. None before the asset is confirmed. */
export function namedFiles(project: Pick<Project, 'id'>, asset: Asset): readonly NamedFile[] {
  if (!isConfirmed(asset)) return []
  const { object, attributes } = asset
  const cover = coverKey(project, object.key, attributes)
  const subtitles = attributes.subtitles.map(({ id }) => ({
    name: `subtitle-${id}.srt`,
    sideKey: subtitleKey(project, object.key, id),
  }))
  return [
    ...(cover === null ? [] : [{ name: `cover.${suffixOf(cover)}`, sideKey: cover }]),
    { name: `original.${suffixOf(attributes.video)}`, sideKey: null },
    ...subtitles.sort((a, b) => (a.name < b.name ? -1 : 1)),
  ]
}

const suffixOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

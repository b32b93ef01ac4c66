import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tone } from '../../demo/sounds.ts'
import { temporaryFolder } from '../support/folder.ts'
import { largeVideo } from '../support/media-fixtures.ts'

/** Paths of the files that clients upload. */
export interface MediaFiles {
  /** A WAV file. */
  readonly voice: string
  /** An MP4 video of some 300 KB. */
  readonly video: string
  /** One of more than a MiB. */
  readonly large: string
}

/** Writes them; `remove` is the caller's. */
export function mediaFiles(): { readonly paths: MediaFiles; remove(): void } {
  const folder = temporaryFolder()
  const written = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return path
  }
  return {
    paths: {
      voice: written('voice.wav', tone(2)),
      video: written('video.mp4', largeVideo(300_000)),
      large: written('large.mp4', largeVideo(1_500_000)),
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

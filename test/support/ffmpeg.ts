import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Why tests of ffmpeg are skipped; false where it is there. */
export const noFfmpeg: string | false = (() => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' })
    return false
  } catch {
    return 'there is no ffmpeg'
  }
})()

/** A program in a folder that a shell runs in place of ffmpeg. */
export function standIn(folder: string, script: string): string {
  const path = join(folder, 'stand-in')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o700)
  return path
}

/** Width and height of a JPEG file, by its first frame header. Null: it is none. */
export function jpegSize(bytes: Buffer): readonly [width: number, height: number] | null {
  if (bytes.readUInt16BE(0) !== 0xffd8) return null
  for (let at = 2; at + 9 <= bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const isFrame = bytes[at] === 0xff && [0xc0, 0xc1, 0xc2].includes(bytes[at + 1] ?? 0)
    if (isFrame) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)]
  }
  return null
}

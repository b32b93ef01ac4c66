import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { jpegSize, noFfmpeg, standIn } from '../../test/support/ffmpeg.ts'
import { temporaryFolder } from '../../test/support/folder.ts'
import { mediaFixture } from '../../test/support/media-fixtures.ts'
import { isCoreError } from '../core/errors.ts'
import type { PictureSize, PictureSource } from '../core/ports/pictures.ts'
import { createPictures, createPrograms } from './index.ts'

const WHOLE: PictureSize = { fit: 'whole' }
const ENVIRONMENT = { PATH: process.env.PATH ?? '/usr/bin:/bin' }

function rig(
  ffmpegOf: (folder: string) => string,
  more: { timeoutMs?: number; sourceSizeMax?: number } = {},
) {
  const folder = temporaryFolder()
  const root = join(folder, 'programs')
  const programs = createPrograms(root, ENVIRONMENT, 0)
  const pictures = createPictures(programs, { ffmpeg: ffmpegOf(folder), workers: 1, ...more })
  const make = async (source: PictureSource, size = WHOLE, atMs = 0) =>
    Buffer.from(await pictures.make(source, { size, atMs }))
  return { folder, make, left: () => readdirSync(root) }
}

const sourceOf = (bytes: Uint8Array): PictureSource => ({
  size: bytes.byteLength,
  read: async function* () {
    yield bytes
  },
})

const isRefused = (error: unknown) => isCoreError(error, 'media-refused')

describe('with ffmpeg', { skip: noFfmpeg }, () => {
  const real = () => rig(() => 'ffmpeg')
  const video = () => sourceOf(mediaFixture('video.mp4'))

  test('an image and a frame of a video become a JPEG of the size that is asked for', async () => {
    const { make, left } = real()
    const [width, height] = jpegSize(await make(video())) ?? [0, 0]
    assert.ok(width > height && height > 40)
    const sizes: readonly (readonly [PictureSize, readonly number[]])[] = [
      [{ fit: 'filled', width: 40, height: 40 }, [40, 40]],
      [{ fit: 'filled', width: width * 2, height: 10 }, [width * 2, 10]],
      [{ fit: 'within', width: width / 2, height: null }, [width / 2, height / 2]],
      [{ fit: 'within', width: null, height: height / 2 }, [width / 2, height / 2]],
      [{ fit: 'within', width: width / 2, height: width / 2 }, [width / 2, height / 2]],
      [{ fit: 'within', width: width * 2, height: height * 2 }, [width, height]],
      [{ fit: 'scaled', percent: 50 }, [width / 2, height / 2]],
    ]
    for (const [size, expected] of sizes)
      assert.deepEqual(jpegSize(await make(video(), size)), expected, JSON.stringify(size))
    const image = await make(sourceOf(mediaFixture('picture.png')), { fit: 'filled', width: 7, height: 5 })
    assert.deepEqual(jpegSize(image), [7, 5])
    assert.deepEqual(left(), [])
  })

  test('a frame behind the end, sound alone, and what is no media are refused', async () => {
    const { make, left } = real()
    assert.ok(jpegSize(await make(video(), WHOLE, 500)))
    await assert.rejects(make(video(), WHOLE, 86_400_000), isRefused)
    await assert.rejects(make(sourceOf(mediaFixture('s16.wav'))), isRefused)
    await assert.rejects(make(sourceOf(Buffer.from('no media'))), isRefused)
    assert.deepEqual(left(), [])
  })

  test('a playlist does not lead to other files', async () => {
    const { folder, make } = real()
    const other = join(folder, 'other.mp4')
    writeFileSync(other, mediaFixture('video.mp4'))
    const playlists = [
      `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://${other}\n#EXT-X-ENDLIST\n`,
      `ffconcat version 1.0\nfile '${other}'\n`,
    ]
    for (const text of playlists) await assert.rejects(make(sourceOf(Buffer.from(text))), isRefused)
  })
})

describe('of a program in place of ffmpeg', () => {
  test('it sees a copy of the file under a fixed name, and its output is the picture', async () => {
    const { folder, make, left } = rig((at) => standIn(at, `echo "$@" > ${at}/said; cat source`))
    const picture = await make(sourceOf(Buffer.from('bytes')), { fit: 'filled', width: 3, height: 4 }, 1500)
    assert.equal(picture.toString(), 'bytes')
    const said = readFileSync(join(folder, 'said'), 'utf8')
    for (const part of ['-protocol_whitelist file,pipe', '-ss 1.5 -i file:source', 'crop=3:4'])
      assert.ok(said.includes(part), said)
    assert.deepEqual(left(), [])
  })

  test('a file above the limit is refused before it is read', async () => {
    const { make } = rig((at) => standIn(at, 'cat source'), { sourceSizeMax: 5 })
    assert.equal((await make(sourceOf(Buffer.from('12345')))).toString(), '12345')
    const read = () => assert.fail('it was read')
    await assert.rejects(make({ size: 6, read }), isRefused)
  })

  test('one that fails, says nothing, says too much or does not end is refused, and leaves nothing', async () => {
    const scripts = [
      'echo why >&2; exit 1',
      'exit 0',
      'head -c 17000000 /dev/zero',
      'kill -9 $$',
      'sleep 600',
    ]
    for (const script of scripts) {
      const { make, left } = rig(
        (at) => standIn(at, script),
        script.startsWith('sleep') ? { timeoutMs: 50 } : {},
      )
      await assert.rejects(make(sourceOf(Buffer.from('x'))), isRefused, script)
      assert.deepEqual(left(), [], script)
    }
  })

  test('one that is not there makes pictures unavailable', async () => {
    const { make } = rig((at) => join(at, 'none'))
    await assert.rejects(make(sourceOf(Buffer.from('x'))), (error) => isCoreError(error, 'unavailable'))
  })

  test('so many run at a time as there are workers, some wait, and more are turned away', async () => {
    const { make } = rig((at) => standIn(at, `mkdir ${at}/alone || exit 1; cat source; rmdir ${at}/alone`))
    const made = await Promise.allSettled(Array.from({ length: 66 }, () => make(sourceOf(Buffer.from('x')))))
    const failures = made.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    assert.equal(failures.length, 1)
    assert.ok(isCoreError(failures[0], 'unavailable'), String(failures[0]))
  })

  test('a picture of bytes that have a name is made once, as long as it is kept', async () => {
    const { folder, make } = rig((at) => standIn(at, `echo x >> ${at}/said; head -c 10000000 /dev/zero`))
    const times = () => readFileSync(join(folder, 'said'), 'utf8').trim().split('\n').length
    const named = (id: string): PictureSource => ({ ...sourceOf(Buffer.from('x')), id })
    await make(named('a'))
    await make(named('a'))
    assert.equal(times(), 1)
    await make(named('a'), { fit: 'scaled', percent: 50 })
    await make(named('b'))
    assert.equal(times(), 3)
    await make(named('a'))
    assert.equal(times(), 3)
    // Three of 10 MB have room. The one that was asked for longest ago is gone.
    await make(named('c'))
    await make(named('a'))
    assert.equal(times(), 4)
    await make(named('a'), { fit: 'scaled', percent: 50 })
    assert.equal(times(), 5)
  })
})

import { CoreError } from '../core/errors.ts'
import type { PictureSize, PictureSource, Pictures, PictureWanted } from '../core/ports/pictures.ts'
import type { ProgramEnd, Programs } from '../core/ports/programs.ts'
import { KeptPictures } from './kept-pictures.ts'
import { Turns } from './turns.ts'

/** What is larger is not looked at: all of it is copied to a temporary file. */
const SOURCE_SIZE_MAX = 512 * 1024 * 1024
const PICTURE_SIZE_MAX = 16 * 1024 * 1024
/** Bytes of pictures that are kept for those who ask again. */
const KEPT_SIZE_MAX = 32 * 1024 * 1024
const TIMEOUT_MS = 20_000
const WAITING_MAX = 64
/** Of one frame: a camera's largest. */
const PIXELS_MAX = 120_000_000
/** Bytes that ffmpeg takes at once. */
const ALLOCATION_MAX = 512 * 1024 * 1024
/** The file's own name stays out of the command. */
const SOURCE_NAME = 'source'
/** Containers and kinds of images. No playlist, and nothing else that names other files. */
const FORMATS = [
  ...['mov', 'matroska', 'avi', 'flv', 'asf', 'mpegts', 'mpeg', 'mpegvideo', 'mxf', 'ogg', 'rm', 'dv', 'ivf'],
  ...['h264', 'hevc', 'm4v', 'gif', 'apng', 'ico', 'jpeg_pipe', 'png_pipe', 'webp_pipe', 'bmp_pipe'],
  ...['tiff_pipe', 'psd_pipe', 'jpegxl_pipe', 'j2k_pipe'],
]
/** As ffmpeg may see them, it looks into no other file and no network. */
const CLOSED_IN = ['-protocol_whitelist', 'file,pipe', '-format_whitelist', FORMATS.join(',')]
const BOUNDED = ['-max_alloc', String(ALLOCATION_MAX), '-max_pixels', String(PIXELS_MAX), '-threads', '1']

export interface PictureOptions {
  /** The program, by path or by a name that is looked up. */
  readonly ffmpeg: string
  /** How many pictures are made at a time. */
  readonly workers: number
  /** Default 20 s. */
  readonly timeoutMs?: number
  /** Default 512 MiB. */
  readonly sourceSizeMax?: number
}

/** Has ffmpeg make pictures, of a temporary copy of the file. */
export function createPictures(programs: Programs, options: PictureOptions): Pictures {
  const { ffmpeg, workers, timeoutMs = TIMEOUT_MS, sourceSizeMax = SOURCE_SIZE_MAX } = options
  const turns = new Turns({ workingMax: workers, waitingMax: WAITING_MAX })

  const withCopy: Pictures['makeSeveral'] = async (source, use, signal) => {
    if (source.size > sourceSizeMax) throw refused(`the file is larger than ${sourceSizeMax} bytes`)
    const limits = { timeoutMs, outputSizeMax: PICTURE_SIZE_MAX, signal }
    return programs.withFile(SOURCE_NAME, source.read(), ({ folder }) =>
      use(async (wanted) =>
        pictureOf(await programs.run({ command: [ffmpeg, ...argumentsOf(wanted)], folder, ...limits })),
      ),
    )
  }

  const kept = new KeptPictures(KEPT_SIZE_MAX)
  const makeOne = (source: PictureSource, wanted: PictureWanted): Promise<Uint8Array> =>
    turns.take(() => withCopy(source, (make) => make(wanted), new AbortController().signal))

  return {
    make: async (source, wanted) => {
      if (source.id === undefined) return makeOne(source, wanted)
      const key = JSON.stringify([source.id, wanted])
      const known = kept.find(key)
      if (known !== null) return known
      const picture = await makeOne(source, wanted)
      kept.keep(key, picture)
      return picture
    },
    makeSeveral: (source, use, signal) =>
      withCopy(source, (make) => use((wanted) => turns.take(() => make(wanted))), signal),
  }
}

function argumentsOf({ size, atMs }: PictureWanted): readonly string[] {
  const filters = filtersOf(size)
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', ...CLOSED_IN, ...BOUNDED],
    ...(atMs === 0 ? [] : ['-ss', String(atMs / 1000)]),
    ...['-i', `file:${SOURCE_NAME}`, '-map', '0:v:0', '-frames:v', '1'],
    ...(filters === null ? [] : ['-vf', filters]),
    ...['-threads', '1', '-c:v', 'mjpeg', '-q:v', '3', '-f', 'image2pipe', 'pipe:1'],
  ]
}

/** Null for none. */
function filtersOf(size: PictureSize): string | null {
  switch (size.fit) {
    case 'whole':
      return null
    case 'within': {
      const width = size.width === null ? 'iw' : `min(iw,${size.width})`
      const height = size.height === null ? 'ih' : `min(ih,${size.height})`
      return `scale=w='${width}':h='${height}':force_original_aspect_ratio=decrease`
    }
    case 'filled': {
      const { width, height } = size
      return `scale=w=${width}:h=${height}:force_original_aspect_ratio=increase,crop=${width}:${height}`
    }
    case 'scaled':
      return `scale=w='max(1,trunc(iw*${size.percent}/100))':h='max(1,trunc(ih*${size.percent}/100))'`
  }
}

/** Errors: as `make` of the port. */
function pictureOf(end: ProgramEnd): Uint8Array {
  switch (end.how) {
    case 'exited':
      if (end.status !== 0) throw refused(end.errors)
      // Behind the end of a video there is no frame.
      if (end.output.byteLength === 0) throw refused('there is no such frame')
      return end.output
    case 'died':
      throw refused(`ffmpeg was ended by ${end.by}`)
    case 'took-too-long':
      throw refused('it took too long')
    case 'wrote-too-much':
      throw refused('the picture is too large')
    case 'not-started':
      throw new CoreError('unavailable', `ffmpeg could not be started: ${end.errors}`)
  }
}

const refused = (why: string): CoreError => new CoreError('media-refused', `no picture: ${why}`)

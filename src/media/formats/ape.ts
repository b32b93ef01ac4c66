import type { MediaFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { samplesToMs, textAt, viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'

/** Since this version there is a descriptor before the header. */
const VERSION_MIN = 3980
const DESCRIPTOR_SIZE_MIN = 52
const HEADER_SIZE = 24

export const isApe = (head: Uint8Array): boolean => textAt(head, 0, 4) === 'MAC '

/** Monkey's Audio from `start`. The length is the one that the header states. */
export async function measureApe(source: ByteSource, start: number, end: number): Promise<MediaFacts> {
  const descriptor = await source.read(start, start + DESCRIPTOR_SIZE_MIN)
  ensure(descriptor.length === DESCRIPTOR_SIZE_MIN, 'the APE file is cut: its descriptor is not whole')
  const isOld = viewOf(descriptor).getUint16(4, true) < VERSION_MIN
  const header = isOld ? readOldHeader(descriptor) : await readHeader(source, descriptor, start, end)
  const { perFrame, inLast, frames, channels, sampleRateHz, isCut } = header
  const samples = (frames - 1) * perFrame + inLast
  ensure(frames > 0 && samples > 0, 'the APE file has no audio')
  ensure(channels > 0 && sampleRateHz > 0, 'the APE file has no usable format')
  const facts: MediaFacts = {
    ...{
      container: 'ape',
      contentType: 'audio/x-ape',
      durationMs: samplesToMs(samples, sampleRateHz),
      video: null,
    },
    audio: { codec: 'ape', sampleRateHz, channels },
  }
  return isCut ? { ...facts, isCut: true } : facts
}

interface Header {
  /** Samples of one channel: in each frame but the last, and in that. */
  readonly perFrame: number
  readonly inLast: number
  readonly frames: number
  readonly channels: number
  readonly sampleRateHz: number
  /** The descriptor counts more bytes of frames than there are. */
  readonly isCut: boolean
}

async function readHeader(
  source: ByteSource,
  descriptor: Uint8Array,
  start: number,
  end: number,
): Promise<Header> {
  const sizes = viewOf(descriptor)
  const descriptorSize = sizes.getUint32(8, true)
  const framesSize = sizes.getUint32(24, true) + sizes.getUint32(28, true) * 2 ** 32
  const header = await source.read(start + descriptorSize, start + descriptorSize + HEADER_SIZE)
  ensure(header.length === HEADER_SIZE, 'the APE file is cut: its header is not whole')
  const view = viewOf(header)
  return {
    perFrame: view.getUint32(4, true),
    inLast: view.getUint32(8, true),
    frames: view.getUint32(12, true),
    channels: view.getUint16(18, true),
    sampleRateHz: view.getUint32(20, true),
    isCut: start + descriptorSize + framesSize > end,
  }
}

const BLOCKS = 9216
const EXTRA_HIGH = 4000

/** Before 3.98 there is no descriptor, and the length of a frame goes by version and compression. The bytes of the frames are not counted. */
function readOldHeader(bytes: Uint8Array): Header {
  const view = viewOf(bytes)
  const [version, compression] = [view.getUint16(4, true), view.getUint16(6, true)]
  const isLong = version >= 3900 || (version >= 3800 && compression >= EXTRA_HIGH)
  return {
    perFrame: version >= 3950 ? BLOCKS * 32 : isLong ? BLOCKS * 8 : BLOCKS,
    channels: view.getUint16(10, true),
    sampleRateHz: view.getUint32(12, true),
    frames: view.getUint32(24, true),
    inLast: view.getUint32(28, true),
    isCut: false,
  }
}

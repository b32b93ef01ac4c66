import type { MediaFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { samplesToMs, textAt, viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'

/** Since this version there is a descriptor before the header. */
const VERSION_MIN = 3980
const DESCRIPTOR_SIZE_MIN = 52
const HEADER_SIZE = 24

export const isApe = (head: Uint8Array): boolean => textAt(head, 0, 4) === 'MAC '

/** Monkey's Audio 3.98 and later, from `start`. The frames have to be there whole, as the descriptor counts their bytes. */
export async function measureApe(source: ByteSource, start: number, end: number): Promise<MediaFacts> {
  const descriptor = await source.read(start, start + DESCRIPTOR_SIZE_MIN)
  ensure(descriptor.length === DESCRIPTOR_SIZE_MIN, 'the APE file is cut: its descriptor is not whole')
  const sizes = viewOf(descriptor)
  ensure(sizes.getUint16(4, true) >= VERSION_MIN, 'the APE file is of a version that is not known')
  const descriptorSize = sizes.getUint32(8, true)
  const framesSize = sizes.getUint32(24, true) + sizes.getUint32(28, true) * 2 ** 32
  ensure(start + descriptorSize + framesSize <= end, 'the APE file is cut: its frames are not all there')
  const header = await source.read(start + descriptorSize, start + descriptorSize + HEADER_SIZE)
  ensure(header.length === HEADER_SIZE, 'the APE file is cut: its header is not whole')
  const view = viewOf(header)
  const [perFrame, inLast, frames] = [4, 8, 12].map((at) => view.getUint32(at, true))
  const [channels, sampleRateHz] = [view.getUint16(18, true), view.getUint32(20, true)]
  const samples = ((frames ?? 0) - 1) * (perFrame ?? 0) + (inLast ?? 0)
  ensure(frames !== undefined && frames > 0 && samples > 0, 'the APE file has no audio')
  ensure(channels > 0 && sampleRateHz > 0, 'the APE file has no usable format')
  return {
    container: 'ape',
    contentType: 'audio/x-ape',
    durationMs: samplesToMs(samples, sampleRateHz),
    audio: { codec: 'ape', sampleRateHz, channels },
    video: null,
  }
}

import type { MediaFacts } from '../../../core/model/media.ts'
import type { ByteSource } from '../../../core/ports/media.ts'
import { ensure } from '../../refusal.ts'
import { measureMultiplex } from './measure-runs.ts'
import { createPsReader, createStreamMap, packAt } from './ps-units.ts'
import { kindsOfStreamId, kindsOfSubstream } from './stream-kinds.ts'

/** How much may stand in front of the first pack. */
const LEAD_SIZE_MAX = 64 * 1024

/** Whether bytes begin with a pack of a program stream (ISO 13818-1 §2.5.3.3, ISO 11172-1 §2.4.3.2). */
export const isMpegPs = (head: Uint8Array): boolean => packAt(head, 0) === 0

/** Whether a pack of a program stream, and another one or a packet behind it, are somewhere in the first 64 KiB. */
export const hasMpegPs = async (source: ByteSource): Promise<boolean> =>
  packAt(await readLead(source), 0) !== -1

const readLead = (source: ByteSource): Promise<Uint8Array> =>
  source.read(0, Math.min(source.size, LEAD_SIZE_MAX))

/** A program stream of MPEG-2 or a system stream of MPEG-1: MPG, VOB. */
export async function measureMpegPs(source: ByteSource): Promise<MediaFacts> {
  const start = packAt(await readLead(source), 0)
  ensure(start !== -1, 'the program stream has no packs')
  const map = createStreamMap()
  const facts = await measureMultiplex(source, {
    start,
    reader: () => createPsReader(map),
    announced: () => [],
    guessed: (streamIds) =>
      [...streamIds].map(([stream, id]) => {
        const known = map.kinds.get(id)
        const kinds = stream > 0xff ? kindsOfSubstream(stream & 0xff) : kindsOfStreamId(id)
        return [stream, known === undefined ? kinds : [known, ...kinds]] as const
      }),
  })
  return { container: 'mpg', contentType: 'video/mpeg', ...facts }
}

import type { MediaFacts } from '../../../core/model/media.ts'
import type { ByteSource } from '../../../core/ports/media.ts'
import { ensure } from '../../refusal.ts'
import { measureMultiplex } from './measure-runs.ts'
import { kindsOfStreamId } from './stream-kinds.ts'
import { findLayout, LEAD_SIZE_MAX } from './ts-packets.ts'
import { createTables } from './ts-tables.ts'
import { createTsReader } from './ts-units.ts'

/** How many bytes `isMpegTs` looks at. */
export const MPEG_TS_HEAD_SIZE = 5 * 208

/** Whether the first packets of an MPEG transport stream (ISO 13818-1) are there: at least two. */
export const isMpegTs = (head: Uint8Array): boolean => findLayout(head, 4) !== null

/** Whether packets of a transport stream follow each other somewhere in the first 64 KiB. */
export const hasMpegTs = async (source: ByteSource): Promise<boolean> =>
  findLayout(await readLead(source), LEAD_SIZE_MAX) !== null

const readLead = (source: ByteSource): Promise<Uint8Array> =>
  source.read(0, Math.min(source.size, LEAD_SIZE_MAX + MPEG_TS_HEAD_SIZE))

/** A transport stream (ISO 13818-1), whose packets may begin up to 64 KiB into the file. */
export async function measureMpegTs(source: ByteSource): Promise<MediaFacts> {
  const layout = findLayout(await readLead(source), LEAD_SIZE_MAX)
  ensure(layout !== null, 'the transport stream has no packets')
  const tables = createTables()
  const facts = await measureMultiplex(source, {
    start: layout.offset,
    reader: () => createTsReader(tables, layout.stride),
    announced: () =>
      tables.programs().map(({ streams }) => [...streams].map(([stream, kind]) => [stream, [kind]] as const)),
    guessed: (streamIds) => [...streamIds].map(([stream, id]) => [stream, kindsOfStreamId(id)] as const),
  })
  return { container: 'ts', contentType: 'video/mp2t', ...facts }
}

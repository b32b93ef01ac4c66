import type { Upload } from '../model/uploads.ts'
import type { Ports } from '../ports.ts'
import { readBlob } from './reading.ts'
import { createStaging } from './staging.ts'

/** Appended parts that begin in the same window become one once bytes come behind it. Each byte is copied at most so many times. */
const WINDOWS: readonly number[] = [4 * 1024, 256 * 1024, 8 * 1024 * 1024]
/** Fewer parts are left as they are. */
const PARTS_MIN = 4
const PARTS_MAX = 10_000

/**
 * Joins small parts of an upload, after bytes were appended at `from` up to `to`: so that an upload in many small pieces is read as
 * fast as others, and its facts stay few. Never rejects: parts that are not joined are as good.
 */
export async function joinSmallParts(ports: Ports, upload: Upload, from: number, to: number): Promise<void> {
  for (const size of WINDOWS) {
    const window = Math.floor(from / size) * size
    if (to < window + size) return
    // A large part stays as it is.
    const end = to - from < size ? to : from
    try {
      await join(ports, upload, window, end)
    } catch {
      // The next one that comes behind a window joins its own.
    }
  }
}

async function join(ports: Ports, upload: Upload, window: number, end: number): Promise<void> {
  const { metadata, clock } = ports
  const { account, id } = upload
  const address = { account, upload: { id } }
  const listed = await metadata.listParts({ ...address, after: window - 1, limit: PARTS_MAX })
  const parts = listed.filter(({ number }) => number < end)
  const [first] = parts
  if (first === undefined || parts.length < PARTS_MIN) return
  const start = first.number
  const size = end - start
  const staging = createStaging(ports)
  const bytes = readBlob(ports, upload.blob, start, end)
  const staged = await staging.receive(bytes, {
    sizeMax: size,
    sizeExpected: size,
    digests: ['md5', 'crc64'],
  })
  const isJoined = await metadata
    .joinParts({ ...address, start, staged, now: clock.now() })
    .catch(() => false)
  if (!isJoined) await staging.discard(staged)
}

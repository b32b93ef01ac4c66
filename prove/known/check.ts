import { createHash } from 'node:crypto'
import type { Door } from './door.ts'
import type { Known } from './life.ts'

/** How what is found differs from what was promised; null where all is well. */
export type Verdict = { readonly what: string; readonly details: Readonly<Record<string, unknown>> } | null

/**
 * Whether a server keeps what was answered. What was asked for and not answered may have been done or not, but whole. Uploads that are open
 * are completed by this. Never rejects.
 */
export async function checkKnown(doors: readonly Door[], known: Known): Promise<Verdict> {
  const door = doors[known.door]
  if (door === undefined) throw new Error(`there is no door ${known.door}`)
  try {
    return await check(door, known)
  } catch (error) {
    return told(door, known, 'a call failed', {
      error: error instanceof Error ? error.message : String(error),
    })
  }
}

/** What came of a file that nobody promised to keep. */
export type Found = 'whole' | 'gone' | 'refused'

/**
 * Whether a file that may be gone is whole where it is read at all, by every read. `refused`: a read was answered with an error, or broken off.
 */
export async function checkRelaxed(
  doors: readonly Door[],
  known: Known,
): Promise<Found | NonNullable<Verdict>> {
  const door = doors[known.door]
  const { state, file } = known
  if (door === undefined || (state.type !== 'there' && state.type !== 'gone')) return 'gone'
  const wanted = Buffer.concat(door.pieces(file))
  let found: Found = 'whole'
  for (const from of [0, 1, wanted.byteLength >> 1, wanted.byteLength - 1].filter((at) => at >= 0)) {
    const bytes = await door.read(state.handle, from).catch(() => 'refused' as const)
    if (bytes === null) return 'gone'
    if (bytes === 'refused') found = 'refused'
    else if (!bytes.equals(wanted.subarray(from)))
      return told(door, known, 'a file has other bytes', { from, size: bytes.byteLength })
  }
  return found
}

async function check(door: Door, known: Known): Promise<Verdict> {
  const { state, asked } = known
  switch (state.type) {
    case 'none':
      return null
    case 'open':
      return checkOpen(door, known, state.upload, state.sent)
    case 'canceled':
      return checkAbsent(door, known, () => door.peek(known.file, state.upload))
    case 'gone':
      return checkAbsent(door, known, () => door.read(state.handle))
    case 'there':
      if (asked.type === 'move') return checkMoved(door, known, state.handle, asked.to)
      if (asked.type === 'remove') return checkWhole(door, known, await door.read(state.handle), true)
      return checkThere(door, known, state)
  }
}

/** Nothing shows before it is completed, and every piece that was answered for need not be sent again. */
async function checkOpen(
  door: Door,
  known: Known,
  upload: string,
  sent: readonly number[],
): Promise<Verdict> {
  const { file, asked } = known
  const seen = await door.peek(file, upload)
  if (seen !== null) {
    if (asked.type === 'complete') return checkWhole(door, known, seen, false)
    return told(door, known, 'a file shows that nobody has completed', { size: seen.byteLength })
  }
  if (asked.type === 'cancel' || (asked.type === 'complete' && !door.isRepeatable)) return null
  for (const number of file.sizes.keys())
    if (!sent.includes(number + 1) && asked.type !== 'complete') await door.send(file, upload, number + 1)
  return checkWhole(door, known, await door.read(await door.complete(file, upload)), false)
}

async function checkThere(
  door: Door,
  known: Known,
  { upload, handle }: { readonly upload: string; readonly handle: string },
): Promise<Verdict> {
  const found = checkWhole(door, known, await door.read(handle), false)
  if (found !== null || upload === '' || !door.isRepeatable) return found
  const again = await door.complete(known.file, upload)
  if (again === handle) return null
  return told(door, known, 'a repeated completion is answered otherwise', { handle, again })
}

async function checkMoved(door: Door, known: Known, from: string, to: string): Promise<Verdict> {
  const [old, moved] = [await door.read(from), await door.read(to)]
  if (old !== null && moved !== null) return told(door, known, 'a moved file is in both places', { from, to })
  return checkWhole(door, known, old ?? moved, false)
}

async function checkAbsent(door: Door, known: Known, read: () => Promise<Buffer | null>): Promise<Verdict> {
  const found = await read()
  if (found === null) return null
  return told(door, known, 'what was removed is there again', { size: found.byteLength })
}

function checkWhole(door: Door, known: Known, found: Buffer | null, mayBeGone: boolean): Verdict {
  if (found === null) return mayBeGone ? null : told(door, known, 'a file is gone', {})
  const wanted = Buffer.concat(door.pieces(known.file))
  if (wanted.equals(found)) return null
  return told(door, known, 'a file has other bytes', {
    ...{ wanted: wanted.byteLength, found: found.byteLength },
    ...{ wantedSha256: sha256(wanted), foundSha256: sha256(found) },
    firstDifference: found.findIndex((byte, at) => byte !== wanted[at]),
  })
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const told = (
  door: Door,
  { file, state, asked }: Known,
  what: string,
  details: Readonly<Record<string, unknown>>,
): NonNullable<Verdict> => ({ what: `${door.name}: ${what}`, details: { ...details, file, state, asked } })

import { type Attack, atLeast, none, type Target } from '../attack.ts'
import { mediaBombs } from '../bombs/index.ts'
import { Tenant } from '../hostile/signed.ts'
import { confirmAsset, createAsset, putAsset, voiceUploadUrl } from '../hostile/stored.ts'

/** A commit of VMS looks at 5 MiB at most. */
const VOICE_SIZE = 4_900_000
const VIDEO_SIZE = { short: 2_000_000, full: 64_000_000 }

/** Bombs that one tenant has looked at, and how many of them were answered as a server's failure, or not at all. */
async function explode(
  target: Target,
  size: number,
  send: (tenant: Tenant, bytes: Uint8Array, index: number) => Promise<number>,
) {
  const bombs = Object.entries(mediaBombs(size))
  const tenant = new Tenant(target)
  let lookedAt = 0
  let failures = 0
  const width = target.isShort ? 2 : 8
  const lane = async (first: number): Promise<void> => {
    for (let at = first; at < bombs.length; at += width) {
      const [, bytes] = bombs[at] ?? ['', Buffer.alloc(0)]
      const status = await send(tenant, bytes, at)
      if (status === 0 || status >= 500) failures++
      else if (status !== 429) lookedAt++
    }
  }
  await Promise.all(Array.from({ length: width }, (_, index) => lane(index)))
  return [atLeast('bombs that were looked at', lookedAt, 30, ''), none('failures of the server', failures)]
}

const limit = '400 MB of memory; honest commits, which are looked at too, take at most three times as long'

const voiceBombs: Attack = {
  name: 'media-bombs-as-voice',
  group: 'media',
  shows: 'files with huge sizes, depth and counts, of every format, committed to VMS',
  limit,
  beside: true,
  run: (target) =>
    explode(target, target.isShort ? 1_000_000 : VOICE_SIZE, async (tenant, bytes, index) => {
      const name = `bomb-${index}.wav`
      await tenant.client.call(await voiceUploadUrl(tenant, name), { method: 'PUT', body: bytes })
      return (await tenant.vms('CommitResourceUpload', { FileName: name })).status
    }),
}

const videoBombs: Attack = {
  name: 'media-bombs-as-video',
  group: 'media',
  shows: 'the same of 64 MB, confirmed to VOD',
  limit,
  beside: true,
  run: (target) =>
    explode(target, target.isShort ? VIDEO_SIZE.short : VIDEO_SIZE.full, async (tenant, bytes) => {
      const asset = await createAsset(tenant)
      await putAsset(tenant, asset, bytes)
      return (await confirmAsset(tenant, asset)).status
    }),
}

export const MEDIA: readonly Attack[] = [voiceBombs, videoBombs]

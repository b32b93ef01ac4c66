import { randomBytes } from 'node:crypto'
import { statfsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { APP, LIBRARIES } from '../../test/support/harness.ts'
import { type Attack, atLeast, atMost, none, type Target } from '../attack.ts'
import { makeBucket } from '../hostile/s3.ts'
import { Tenant } from '../hostile/signed.ts'
import {
  beginSmh,
  createAsset,
  iflytekLink,
  putAsset,
  putSmh,
  smhLink,
  voiceUploadUrl,
} from '../hostile/stored.ts'
import { beginUpload, ticketOf } from '../hostile/tickets.ts'
import type { WireReply } from '../wire.ts'

const MIB = 1024 ** 2
const SMALL = 60_000
/** Of the reserve of 64 MiB, what has to be left when nothing is taken any more. */
const LEFT_MIN_MB = 32

const freeMb = ({ dataDir }: Target): number => {
  const { bavail, bsize } = statfsSync(dataDir)
  return (bavail * bsize) / 1e6
}

type Filler = (tenant: Tenant, count: number) => Promise<boolean>
const isTaken = ({ status }: WireReply): boolean => status >= 200 && status < 300

const isDone = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  )

/** One small upload in each dialect; whether it was taken. */
const FILLERS: readonly Filler[] = [
  (tenant, count) => isDone(iflytekLink(tenant, `small-${count}`, randomBytes(SMALL))),
  (tenant, count) => isDone(smhLink(tenant, `small-${count}`, randomBytes(SMALL))),
  async (tenant) => {
    const asset = await createAsset(tenant).catch(() => null)
    return asset !== null && isTaken(await putAsset(tenant, asset, randomBytes(SMALL)))
  },
  async (tenant, count) => {
    const url = await voiceUploadUrl(tenant, `small-${count}.wav`).catch(() => null)
    return url !== null && isTaken(await tenant.client.call(url, { method: 'PUT', body: randomBytes(SMALL) }))
  },
]

/** As many as there may be: far more than a disk of this size has room for. */
const UPLOADS_MAX = 6000

/** Fills the disk by one dialect after the other, until each refuses ten times in a row. Returns how many uploads were taken. */
async function fill(tenant: Tenant): Promise<number> {
  let taken = 0
  for (const filler of FILLERS) {
    let refused = 0
    for (let count = 0; refused < 10 && taken < UPLOADS_MAX; count += 8) {
      const results = await Promise.all(
        [0, 1, 2, 3, 4, 5, 6, 7].map((each) => filler(tenant, taken + count + each)),
      )
      taken += results.filter(Boolean).length
      refused = results.some(Boolean) ? 0 : refused + 8
    }
  }
  return taken
}

const fullDisk: Attack = {
  name: 'full-disk',
  group: 'room',
  shows: 'a disk of 160 MiB filled by small uploads of every dialect, then deletes',
  limit: '32 MB of the reserve of 64 MiB are left; deletes go on, and room comes back',
  diskSize: 160 * MIB,
  settings: { sweep_interval_s: '1' },
  run: async (target) => {
    const tenant = new Tenant(target)
    const { id } = LIBRARIES.plain
    for (let count = 0; count < 4; count++) {
      await smhLink(tenant, `large-${count}`, randomBytes(6 * MIB), { library: 'plain' })
    }
    const taken = await fill(tenant)
    const left = freeMb(target)
    const deletes: WireReply[] = []
    for (let count = 0; count < 4; count++) {
      deletes.push(await tenant.smh('plain', 'DELETE', `file/${id}/-/large-${count}`))
    }
    const hasRoom = await comesBack(target, left + 10)
    return [
      atLeast('uploads until it was full', taken, 1, ''),
      atLeast('left of the disk', left, LEFT_MIN_MB, 'MB'),
      none('deletes that were refused', deletes.filter((reply) => !isTaken(reply)).length),
      atLeast('room that came back', hasRoom ? 1 : 0, 1, ''),
    ]
  },
}

async function comesBack(target: Target, wantedMb: number): Promise<boolean> {
  for (let second = 0; second < 60; second++) {
    if (freeMb(target) >= wantedMb) return true
    await delay(1000)
  }
  return false
}

const pendingOverQuota: Attack = {
  name: 'pending-over-a-quota',
  group: 'room',
  shows: '40 MB sent into a space of 1,000 bytes, and more than a begin named',
  limit: 'no PUT of either is taken: 0',
  run: async (target) => {
    const tenant = new Tenant(target)
    const { id } = LIBRARIES.spaces
    await tenant.smh('spaces', 'POST', `space/${id}?space_id=small`)
    await tenant.smh('spaces', 'POST', `quota/${id}`, { json: { spaces: ['small'], capacity: '1000' } })
    const size = target.isShort ? 4 * MIB : 40_000_000
    const over = await sendSmh(tenant, size, { library: 'spaces', space: 'small' })
    const beyond = await sendSmh(tenant, size, { library: 'plain' }, { size: 1000 })
    return [
      none('taken over the quota', over ? 1 : 0),
      none('taken beyond the size that was named', beyond ? 1 : 0),
    ]
  },
}

type Place = Parameters<typeof beginSmh>[2]

/** Whether the bytes of a new upload are taken. */
async function sendSmh(tenant: Tenant, size: number, place: Place, json?: object): Promise<boolean> {
  const terms = await beginSmh(tenant, 'over.bin', place, json).catch(() => null)
  return terms !== null && isTaken(await putSmh(tenant, terms, Buffer.alloc(size)))
}

const ROWS_MAX = 100
const ROWS_TRIED = 300

const rows = (
  name: string,
  shows: string,
  make: (tenant: Tenant, count: number) => Promise<boolean>,
  prepare: (target: Target) => Promise<void> = async () => undefined,
): Attack => ({
  ...{ name, shows, group: 'room' },
  limit: `an account that may have ${ROWS_MAX} gets no more of ${ROWS_TRIED}`,
  accountLimits: { tokens: ROWS_MAX, tokens_per_user: ROWS_MAX, open_uploads: ROWS_MAX, objects: ROWS_MAX },
  run: async (target) => {
    await prepare(target)
    const tenant = new Tenant(target)
    let made = 0
    for (let count = 0; count < ROWS_TRIED; count += 20) {
      const results = await Promise.all(Array.from({ length: 20 }, (_, each) => make(tenant, count + each)))
      made += results.filter(Boolean).length
    }
    return [atLeast('made', made, 1, ''), atMost('made', made, ROWS_MAX, '')]
  },
})

const endlessTokens = rows('endless-tokens', 'access tokens of SMH, each for ten years', (tenant, count) =>
  isDone(tenant.smhToken('file', { period: '315360000', user_id: `user-${count}` })),
)

const endlessUploads = rows(
  'endless-uploads',
  'uploads that are begun and never sent, of iFlytek and SMH',
  async (tenant, count) => {
    if (count % 2 === 0) return isDone(beginSmh(tenant, `never-${count}.bin`))
    const json = JSON.stringify({ request_id: String(count), app_id: APP.app_id })
    return (await tenant.iflytek('/file/mpupload/init', json)).text.includes('"code":0')
  },
)

const TICKET_BUCKET = 'tickets'

const endlessByTicket = rows(
  'uploads-by-one-ticket',
  'uploads begun by one ticket and never sent',
  async ({ client }, count) => {
    const upload = { key: `in/${count}`, size: 1 }
    return isTaken(await beginUpload(client, ticketOf({ bucket: TICKET_BUCKET }), upload))
  },
  (target) => makeBucket(target, TICKET_BUCKET),
)

const endlessAssets = rows('endless-assets', 'assets of VOD that are announced and never filled', (tenant) =>
  isDone(createAsset(tenant)),
)

export const ROOM: readonly Attack[] = [
  fullDisk,
  pendingOverQuota,
  endlessTokens,
  endlessUploads,
  endlessAssets,
  endlessByTicket,
]

import { spawnServer } from '../test/support/harness.ts'
import { peakMemoryMb, timeParallel } from '../test/support/load.ts'
import { largeVideo, mediaFixture } from '../test/support/media-fixtures.ts'
import type { Row } from './report.ts'
import { VodLoadClient } from './vod-client.ts'

const MIB = 1024 ** 2

/** Creations, uploads and confirms of assets a second. A confirm reads the video's headers for its media facts. */
export async function benchVodConfirms(): Promise<readonly Row[]> {
  const server = await spawnServer()
  const client = new VodLoadClient(server.url)
  await client.logIn()
  const rows: Row[] = []
  for (const [what, video, width, count] of [
    ['an MP4 of 8 KB, 1 at a time', mediaFixture('video.mp4'), 1, 500],
    ['an MP4 of 8 KB, 32 at a time', mediaFixture('video.mp4'), 32, 2000],
    ['an MP4 of 16 MiB, 8 at a time', largeVideo(16 * MIB), 8, 100],
  ] as const) {
    const warmUp = await Promise.all(Array.from({ length: width }, () => client.create({})))
    await Promise.all(warmUp.map((asset) => client.put(asset, video)))
    await Promise.all(warmUp.map((asset) => client.confirm(asset)))
    const assets = new Array<Awaited<ReturnType<typeof client.create>>>(count)
    const at = (index: number) => assets[index] ?? { asset_id: '', video_upload_url: '' }
    const creating = await timeParallel(count, width, async (index) => {
      assets[index] = await client.create({ title: `title ${index}`, tags: 'a,b' })
    })
    const putting = await timeParallel(count, width, (index) => client.put(at(index), video))
    const confirming = await timeParallel(count, width, (index) => client.confirm(at(index)))
    const figures = { creation: creating, PUT: putting, confirm: confirming }
    for (const [call, seconds] of Object.entries(figures)) {
      rows.push({ what: `${call} of ${what}`, value: count / seconds, unit: `${call}s/s` })
    }
  }
  const [last] = rows.splice(-1)
  if (last !== undefined) rows.push({ ...last, peakMemoryMb: peakMemoryMb(server.pid) })
  client.close()
  await server.dispose()
  return rows
}

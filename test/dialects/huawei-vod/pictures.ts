import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { standIn } from '../../support/ffmpeg.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { sendWire } from '../../support/volcengine.ts'
import { type Rig, startRig } from './rig.ts'

export const VIDEO = mediaFixture('video.mp4')

export interface Shot {
  readonly offset: number
  readonly url: string
}
export interface Thumbnails {
  readonly thumbnail_status: string
  readonly exec_desc: string
  readonly sample: readonly Shot[]
  readonly dots: readonly Shot[]
  readonly quantity: readonly Shot[]
}

export async function start(
  t: TestContext,
  ffmpeg: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Rig> {
  const rig = await startRig({ settings: { 'media.ffmpeg': ffmpeg, ...more } })
  t.after(() => rig.stop())
  return rig
}

/** A server with a program that says of each picture what it was asked for. It fails while there is a file `broken` in its folder. */
export async function startStandIn(t: TestContext, more: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder()
  const script = `echo "$@" >> ${folder}/said; test ! -e ${folder}/broken || exit 1; echo "$@"`
  const rig = await start(t, standIn(folder, script), more)
  const said = () => readFileSync(join(folder, 'said'), 'utf8').trim().split('\n')
  return { rig, folder, said }
}

/** All that is due now is done when this resolves. */
export const work = ({ server }: Rig) => server.jobs.runAll()

export const details = (rig: Rig, asset_id: string) =>
  rig.expect(200, 'GET', 'asset/details', { query: { asset_id } })
export const thumbnails = async (rig: Rig, asset_id: string) =>
  (await details(rig, asset_id)).thumbnail_info as Thumbnails | undefined
export const summary = async (rig: Rig, asset_id: string) => {
  const { assets } = await rig.expect(200, 'GET', 'asset/list', { query: { asset_id } })
  return assets[0] ?? assert.fail('no element')
}
export const covers = async (rig: Rig, asset_id: string) =>
  (
    (await details(rig, asset_id)).base_info.cover_info_array as readonly { readonly cover_url: string }[]
  ).map(({ cover_url }) => cover_url)
export const get = (url: string) => sendWire(url, { method: 'GET' })
export const askFor = (rig: Rig, asset_id: string, thumbnail: object) =>
  rig.call('POST', 'asset/process', { json: { asset_id, thumbnail } })
export const secondsOf = (shots: readonly Shot[] | undefined) => shots?.map(({ offset }) => offset)

/** The video, whose movie header says that it lasts so long. */
export function lasting(seconds: number): Buffer {
  const bytes = Buffer.from(VIDEO)
  const header = bytes.indexOf('mvhd') + 4
  bytes.writeUInt32BE(bytes.readUInt32BE(header + 12) * seconds, header + 16)
  return bytes
}

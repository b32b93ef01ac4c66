import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { auditOf } from '../../support/audit.ts'
import { shows } from '../../support/shows.ts'
import { sendWire, type WireAnswer } from '../../support/volcengine.ts'
import { type Parts, partsOf } from './parts.ts'
import { type Body, type Rig, startRig, type VodAnswer } from './rig.ts'

/** Rounds that run side by side, so that every step of one meets steps of others. */
const WIDTH = 8
/** Starts that one of two requests gets on the other: -4 to 4. */
const LEADS = 9
/** Over what is kept with the facts, so that audits see every upload. */
const SIZE = 66_000

const bytesOf = (fill: number): Buffer => Buffer.alloc(SIZE, fill)
const codeOf = ({ status, body }: VodAnswer): string => (status === 200 ? 'ok' : String(body?.error_code))
const obsCodeOf = ({ status, bytes }: WireAnswer): string =>
  status === 200 ? 'ok' : String(/<Code>(.*)<\/Code>/.exec(bytes.toString())?.[1])

/** Races over a started server: so many rounds of those that matter most, and of the others. */
export function racesOverServer(rounds: number, fewerRounds: number): void {
  describe('huawei-vod: races over a started server', () => {
    let rig: Rig
    let parts: Parts
    before(async () => {
      rig = await startRig({ settings: { durability: 'relaxed' } })
      parts = partsOf(rig)
    })
    after(() => rig.stop())

    /** Runs the rounds and looks that just the bytes of `kept` more videos are stored after them. */
    async function race(
      round: (at: number) => Promise<void>,
      kept: () => number,
      times = rounds,
    ): Promise<void> {
      const before = (await audited()).live
      let next = 0
      const run = async () => {
        for (let at = next++; at < times; at = next++) await round(at)
      }
      await Promise.all(Array.from({ length: WIDTH }, run))
      const { live, missing, unreferenced } = await audited()
      assert.deepEqual([live - before, missing, unreferenced], [kept(), [], []])
    }

    async function audited() {
      await rig.server.jobs.runAll()
      return auditOf(rig.server.engine)
    }

    async function uploaded(fill: number, fields = {}): Promise<Body> {
      const created = await rig.create({ video_type: 'MXF', ...fields })
      const { status } = await put(created, fill)
      assert.equal(status, 200)
      return created
    }

    const put = ({ video_upload_url }: Body, fill: number) =>
      rig.put(video_upload_url, bytesOf(fill), { 'content-type': 'application/mxf' })
    const statusOf = async ({ asset_id }: Body) => (await rig.info(asset_id)).status
    /**
     * Two requests side by side. From round to round the one gets more of a start on the other, in requests that do nothing: so
     * each of them comes first in some rounds.
     */
    async function both<One, Two>(
      at: number,
      one: () => Promise<One>,
      two: () => Promise<Two>,
    ): Promise<readonly [One, Two]> {
      const lead = (at % LEADS) - (LEADS - 1) / 2
      return Promise.all([idle(-lead).then(one), idle(lead).then(two)])
    }
    async function idle(requests: number): Promise<void> {
      for (let count = 0; count < requests; count++) await sendWire(`${rig.url}/healthz`, { method: 'GET' })
    }
    async function contentOf({ asset_id }: Body): Promise<number> {
      const { base_info } = await rig.expect(200, 'GET', 'asset/details', { query: { asset_id } })
      const { status, bytes } = await sendWire(String(base_info.sign_url), { method: 'GET' })
      assert.deepEqual([status, bytes.byteLength], [200, SIZE])
      const [fill = -1] = bytes
      assert.ok(bytes.equals(bytesOf(fill)))
      return fill
    }

    test('two confirms at once are one confirm, and both are told so', async () => {
      await race(
        async (at) => {
          const created = await uploaded(1)
          const confirm = () => rig.confirm(created.asset_id)
          const answers = await both(at, confirm, confirm)
          assert.deepEqual(answers.map(codeOf), ['ok', 'ok'])
          assert.deepEqual(answers[0].body, answers[1].body)
          assert.equal(await statusOf(created), 'CREATED')
        },
        () => rounds,
      )
      shows('huawei-vod', 'two confirms at once')
    })

    test('of a confirm and a cancel at once one wins, and the other is told so', async () => {
      const wins = { CREATED: 0, CANCELLED: 0 }
      await race(
        async (at) => {
          const created = await uploaded(1)
          const answers = await both(
            at,
            () => rig.confirm(created.asset_id, 'CREATED'),
            () => rig.confirm(created.asset_id, 'CANCELLED'),
          )
          const winner = codeOf(answers[0]) === 'ok' ? 'CREATED' : 'CANCELLED'
          const expected = winner === 'CREATED' ? ['ok', 'VOD.10126'] : ['VOD.10126', 'ok']
          assert.deepEqual(answers.map(codeOf), expected)
          assert.equal(await statusOf(created), winner)
          wins[winner]++
        },
        () => wins.CREATED,
      )
      assert.equal(wins.CREATED + wins.CANCELLED, rounds)
      shows('huawei-vod', 'confirm and cancel at once')
    })

    test('a part and a cancel at once leave nothing behind', async () => {
      await race(
        async (at) => {
          const created = await rig.create()
          const uploadId = await parts.begin(created)
          const url = await parts.authority(created, {
            ...{ http_verb: 'PUT', upload_id: uploadId, part_number: 1 },
          })
          const headers = { 'content-type': 'application/octet-stream' }
          const [sent, cancelled] = await both(
            at,
            () => sendWire(url, { method: 'PUT', headers, body: bytesOf(1) }),
            () => rig.confirm(created.asset_id, 'CANCELLED'),
          )
          assert.equal(codeOf(cancelled), 'ok')
          assert.ok(['ok', 'NoSuchUpload'].includes(obsCodeOf(sent)), obsCodeOf(sent))
          assert.equal(await statusOf(created), 'CANCELLED')
          const late = await sendWire(url, { method: 'PUT', headers, body: bytesOf(1) })
          assert.equal(obsCodeOf(late), 'NoSuchUpload')
        },
        () => 0,
      )
      shows('huawei-vod', 'part and cancel at once')
    })

    test('a complete and a cancel at once leave nothing behind', async () => {
      await race(
        async (at) => {
          const created = await rig.create()
          const uploadId = await parts.begin(created)
          const { headers } = await parts.put(created, uploadId, 1, bytesOf(1))
          const url = await parts.authority(created, { http_verb: 'POST', upload_id: uploadId })
          const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${headers.etag}</ETag></Part></CompleteMultipartUpload>`
          const xml = { 'content-type': 'application/xml' }
          const [completed, cancelled] = await both(
            at,
            () => sendWire(url, { method: 'POST', headers: xml, body }),
            () => rig.confirm(created.asset_id, 'CANCELLED'),
          )
          assert.equal(codeOf(cancelled), 'ok')
          assert.ok(['ok', 'NoSuchUpload'].includes(obsCodeOf(completed)), obsCodeOf(completed))
          assert.equal(await statusOf(created), 'CANCELLED')
        },
        () => 0,
        fewerRounds,
      )
      shows('huawei-vod', 'complete and cancel at once')
    })

    test('bytes that come with a confirm are its video or are refused', async () => {
      await race(
        async (at) => {
          const created = await uploaded(1)
          const [sent, confirmed] = await both(
            at,
            () => put(created, 2),
            () => rig.confirm(created.asset_id),
          )
          assert.equal(codeOf(confirmed), 'ok')
          const isTaken = obsCodeOf(sent) === 'ok'
          if (!isTaken) assert.equal(obsCodeOf(sent), 'AccessDenied')
          assert.equal(await contentOf(created), isTaken ? 2 : 1)
        },
        () => fewerRounds,
        fewerRounds,
      )
      shows('huawei-vod', 'PUT and confirm at once')
    })

    test('a delete at once with a confirm leaves a deleted asset without bytes', async () => {
      await race(
        async (at) => {
          const created = await uploaded(1)
          const query = { asset_id: created.asset_id }
          const [confirmed, deleted] = await both(
            at,
            () => rig.confirm(created.asset_id),
            () => rig.call('DELETE', 'asset', { query }),
          )
          assert.ok(['ok', 'VOD.10062'].includes(codeOf(confirmed)), codeOf(confirmed))
          assert.equal(deleted.body?.delete_result_array[0]?.status, 'DELETED')
          assert.equal(await statusOf(created), 'DELETED')
        },
        () => 0,
        fewerRounds,
      )
      shows('huawei-vod', 'delete and confirm at once')
    })

    test('a cover at once with a delete leaves nothing behind', async () => {
      await race(
        async (at) => {
          const created = await rig.create({ cover_type: 'PNG' })
          const query = { asset_id: created.asset_id }
          const [sent] = await both(
            at,
            () => rig.put(String(created.cover_upload_url), bytesOf(1), { 'content-type': 'image/png' }),
            () => rig.expect(200, 'DELETE', 'asset', { query }),
          )
          assert.ok(['ok', 'AccessDenied'].includes(obsCodeOf(sent)), obsCodeOf(sent))
          assert.equal(await statusOf(created), 'DELETED')
        },
        () => 0,
        fewerRounds,
      )
      shows('huawei-vod', 'cover and delete at once')
    })

    test('publishing at once with a delete leaves a deleted asset', async () => {
      await race(
        async (at) => {
          const created = await uploaded(1)
          await rig.confirm(created.asset_id)
          const { asset_id } = created
          await both(
            at,
            () => rig.expect(200, 'POST', 'asset/status/publish', { json: { asset_id: [asset_id] } }),
            () => rig.expect(200, 'DELETE', 'asset', { query: { asset_id } }),
          )
          assert.equal(await statusOf(created), 'DELETED')
        },
        () => 0,
        fewerRounds,
      )
    })
  })
}

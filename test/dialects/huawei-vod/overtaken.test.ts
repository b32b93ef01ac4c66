import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Core } from '../../../src/core/core.ts'
import { asAccountId } from '../../../src/core/ids.ts'
import { ALL_RIGHTS } from '../../../src/core/model/accounts.ts'
import { createUserKeys } from '../../../src/dialects/huawei-vod/auth/user-keys.ts'
import type { Call } from '../../../src/dialects/huawei-vod/calls/call.ts'
import { confirm } from '../../../src/dialects/huawei-vod/calls/confirm.ts'
import { projectCredential } from '../../../src/dialects/huawei-vod/credentials.ts'
import { VodError } from '../../../src/dialects/huawei-vod/errors.ts'
import { completeMultipart } from '../../../src/dialects/huawei-vod/storage/video-uploads.ts'
import type { Exchange } from '../../../src/http/types.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { partsOf } from './parts.ts'
import { ACCOUNT, type Body, PROJECTS, type Rig, startRig } from './rig.ts'

const OPTIONS: Call['options'] = {
  urlTtlS: 3600,
  uploadTtlS: 3600,
  unusedTtlS: 0,
  autoPublish: false,
  fetchHosts: [],
  fetchSizeMax: 1,
  eventUrl: '',
  eventFormat: 'plain',
  eventSecret: '',
}
const FIRST = mediaFixture('video.mp4')
const SECOND = mediaFixture('faststart.mp4')

describe('huawei-vod: confirms that are overtaken', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  /** A confirm in the server's own process; `met` runs once, when the confirm has read the asset and looks at its bytes. */
  async function confirming(asset_id: string, at: Moment, met: () => Promise<unknown>): Promise<number> {
    const { core, accounts } = rig.server.engine
    const account = accounts.byId(ACCOUNT.id) ?? assert.fail()
    const project = accounts.find(projectCredential, PROJECTS.main.id)?.credential ?? assert.fail()
    const exchange = { requestId: '', request: { headers: {} } } as unknown as Exchange
    const body = { asset_id, status: 'CREATED' }
    const secret = rig.server.engine.secretFor('huawei-vod users')
    const users = createUserKeys(secret, accounts)
    const keys = { accessKey: '', secretKey: '', securityToken: null, expiresAt: null }
    const caller = { rights: ALL_RIGHTS, policy: null, scope: { type: 'all' }, keys } as const
    const pictures = null
    const shared = { accounts, account, users, caller, project, exchange, body, pictures, options: OPTIONS }
    const call: Call = { ...shared, core: interrupted(core, at, met), publicUrl: rig.url, user: '' }
    try {
      return (await confirm(call)).status
    } catch (error) {
      if (error instanceof VodError) return error.code
      throw error
    }
  }

  const uploaded = async (): Promise<Body> => {
    const created = await rig.create()
    await rig.put(created.video_upload_url, FIRST)
    return created
  }
  const contentOf = async ({ asset_id }: Body) => {
    const { base_info } = await rig.expect(200, 'GET', 'asset/details', { query: { asset_id } })
    return (await sendWire(String(base_info.sign_url), { method: 'GET' })).bytes
  }
  const statusOf = async ({ asset_id }: Body) => (await rig.info(asset_id)).status

  for (const at of ['before', 'while', 'after'] as const) {
    test(`bytes that come ${at} a confirm looks at those before are the video`, async () => {
      const created = await uploaded()
      const put = () => rig.put(created.video_upload_url, SECOND)
      assert.equal(await confirming(created.asset_id, at, put), 200)
      assert.deepEqual(await contentOf(created), SECOND)
      const { base_info } = await rig.info(created.asset_id)
      assert.equal(base_info.meta_data?.video_size, SECOND.byteLength)
      shows('huawei-vod', 'new bytes while a confirm measures')
    })

    test(`a cancel that comes ${at} a confirm looks at the bytes wins`, async () => {
      const created = await uploaded()
      const cancel = () => rig.confirm(created.asset_id, 'CANCELLED')
      assert.equal(await confirming(created.asset_id, at, cancel), 10126)
      assert.equal(await statusOf(created), 'CANCELLED')
      shows('huawei-vod', 'cancel while a confirm measures')
    })

    test(`another confirm that comes ${at} a confirm looks at the bytes is the same one`, async () => {
      const created = await uploaded()
      const other = () => rig.confirm(created.asset_id)
      assert.equal(await confirming(created.asset_id, at, other), 200)
      assert.equal(await statusOf(created), 'CREATED')
      assert.deepEqual(await contentOf(created), FIRST)
    })

    test(`a delete that comes ${at} a confirm looks at the bytes leaves nothing to confirm`, async () => {
      const created = await uploaded()
      const query = { asset_id: created.asset_id }
      const remove = () => rig.call('DELETE', 'asset', { query })
      assert.equal(await confirming(created.asset_id, at, remove), 10062)
      assert.equal(await statusOf(created), 'DELETED')
    })
  }

  test('a complete that another complete and a confirm overtake is answered as that one', async () => {
    const { core, accounts, secretFor } = rig.server.engine
    const created = await rig.create()
    const parts = partsOf(rig)
    const uploadId = await parts.begin(created)
    const { headers } = await parts.put(created, uploadId, 1, FIRST)
    const etag = String(headers.etag)
    const other = { etag: '' }
    const seal: Core['uploads']['seal'] = async (upload, options) => {
      const sealed = await core.uploads.seal(upload, options)
      const { bytes } = await parts.complete(created, uploadId, [etag])
      other.etag = /<ETag>(.*)<\/ETag>/.exec(bytes.toString())?.[1] ?? assert.fail()
      assert.equal((await rig.confirm(created.asset_id)).status, 200)
      return sealed
    }
    const users = createUserKeys(secretFor('huawei-vod users'), accounts)
    const overtaken = { ...core, uploads: { ...core.uploads, seal } }
    const vod = { core: overtaken, accounts, options: OPTIONS, publicUrl: rig.url, users, pictures: null }
    const address = { account: asAccountId(ACCOUNT.id), project: PROJECTS.main, key: created.target.object }
    const listed = [{ number: 1, md5: etag.replaceAll('"', '') }]
    assert.equal(`"${await completeMultipart(vod, address, uploadId, listed)}"`, other.etag)
    assert.deepEqual(await contentOf(created), FIRST)
  })

  test('a change of what is said of an asset that comes with its confirm is kept', async () => {
    const created = await uploaded()
    const json = { asset_id: created.asset_id, title: 'changed' }
    const change = () => rig.call('PUT', 'asset/info', { json })
    assert.equal(await confirming(created.asset_id, 'while', change), 200)
    const { status, base_info } = await rig.info(created.asset_id)
    assert.deepEqual([status, base_info.title], ['CREATED', 'changed'])
  })
})

/** Before the upload is looked up, before its bytes are measured, and after. */
type Moment = 'before' | 'while' | 'after'

function interrupted(core: Core, at: Moment, met: () => Promise<unknown>): Core {
  let isDone = false
  const meet = async () => {
    if (isDone) return
    isDone = true
    await met()
  }
  return {
    ...core,
    uploads: {
      ...core.uploads,
      find: async (upload) => {
        if (at === 'before') await meet()
        return core.uploads.find(upload)
      },
    },
    media: {
      ...core.media,
      probe: async (source) => {
        if (at === 'while') await meet()
        const result = core.media.probe(source)
        await Promise.allSettled([result])
        if (at === 'after') await meet()
        return result
      },
    },
  }
}

import { Service } from '@volcengine/openapi'
import { clientOf as vodClientOf } from '../dialects/huawei-vod/rig.ts'
import { LIBRARIES, type Params, clientOf as smhClientOf } from '../dialects/tencent-smh/rig.ts'
import { ACCOUNT } from '../support/harness.ts'

const { file, spaces } = LIBRARIES

/** Makes what a tenant may have beside plain uploads. */
export async function furnish(url: string): Promise<void> {
  const smh = smhClientOf(url)
  const access_token = await smh.token()
  const at = (path: string) => `${path.replace('{L}', file.id)}`
  const put = (path: string, query: Params = {}, json?: unknown) =>
    smh.call('PUT', at(path), { access_token, ...query }, json === undefined ? {} : { json })
  await put('directory/{L}/-/album/2026')
  await smh.upload('album/2026/a name ünd 字.txt', Buffer.from('small'))
  await smh.upload('album/large.bin', Buffer.alloc(300_000, 7))
  await smh.upload('album/gone.txt', Buffer.from('in the bin'))
  await smh.upload('empty.txt', Buffer.alloc(0))
  await put('directory/{L}/-/copies')
  await put('file/{L}/-/copies/copy.bin', {}, { copyFrom: 'album/large.bin' })
  await smh.expect(200, 'DELETE', at('file/{L}/-/album/gone.txt'), { access_token })
  const many = await smh.token('admin', { library: 'spaces' })
  await smh.expect(201, 'POST', `space/${spaces.id}`, { access_token: many, space_id: 'home' })
  await smh.expect(
    201,
    'POST',
    `quota/${spaces.id}`,
    { access_token: many },
    { json: { spaces: ['home'], capacity: '5000000' } },
  )
  await smh.upload('in-home.bin', Buffer.alloc(100_000, 1), { library: 'spaces', space: 'home' })
  const vod = vodClientOf(url)
  await vod.expect(200, 'POST', 'asset/category', { json: { name: 'movies', parent_id: 0 } })
}

/** What a vendor's client reads of all that a tenant has, without what any two servers answer differently. */
export async function readAll(url: string): Promise<readonly unknown[]> {
  const smh = smhClientOf(url)
  const access_token = await smh.token()
  const many = await smh.token('admin', { library: 'spaces' })
  const vod = vodClientOf(url)
  const get = async (path: string, query: Params = {}) =>
    (await smh.call('GET', path, { access_token, ...query })).body
  const answers = [
    ...(await Promise.all(
      ['', 'album', 'album/2026', 'copies'].map((path) =>
        get(`directory/${file.id}/-/${path}`, { with_inode: 1, order_by: 'name' }),
      ),
    )),
    await get(`recycled/${file.id}/-`),
    await get(`file/${file.id}/-/album/large.bin`, { info: null, with_inode: 1 }),
    (await smh.download('album/large.bin'))?.toString('hex').length,
    (await smh.download('copies/copy.bin'))?.equals(Buffer.alloc(300_000, 7)),
    (await smh.download('album/2026/a name ünd 字.txt'))?.toString(),
    (await smh.download('empty.txt'))?.length,
    await smh.expect(200, 'GET', `quota/${spaces.id}/home`, { access_token: many }),
    await smh.expect(200, 'GET', `space-quota/${spaces.id}/home`, { access_token: many }),
    await smh.expect(200, 'GET', `space/${spaces.id}/home/size`, { access_token: many }),
    await vod.expect(200, 'GET', 'asset/list', { query: { size: 100 } }),
    await vod.expect(200, 'GET', 'asset/category', { query: { id: 0 } }),
    await voices(url),
  ]
  return answers.map((answer) => without(answer, url))
}

/** Addresses, signatures and ids of requests are each server's own. */
function without(answer: unknown, url: string): unknown {
  const text = JSON.stringify(answer ?? null)
    .replaceAll(new URL(url).host, 'host')
    .replaceAll(/(https?:\/\/[^"?]*)\?[^"]*/g, '$1')
    .replaceAll(/"(requestId|RequestId|cosUrlExpiration)":"[^"]*"/g, '"$1":""')
  return JSON.parse(text)
}

async function voices(url: string): Promise<unknown> {
  const service = new Service({
    ...{ serviceName: 'vms', defaultVersion: '2022-01-01', region: 'cn-north-1' },
    ...{ host: new URL(url).host, protocol: 'http:' },
    ...{ accessKeyId: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key },
  })
  const answer = (await service.createJSONAPI('QueryOpenGetResource')({ Type: 0, Limit: 100 })) as {
    readonly Result?: unknown
  }
  return answer.Result
}

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { RawClient } from '../../support/http-kit.ts'
import { assertFailure, type Body, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'

const { spaces } = LIBRARIES

let rig: Rig
let admin: string
before(async () => {
  rig = await startRig()
  admin = await rig.token('admin', { library: 'spaces' })
})
after(() => rig.stop())

const call = (method: string, path: string, json?: unknown, query: Params = {}) =>
  rig.call(method, path, { access_token: admin, ...query }, { json })
const get = (path: string): Promise<Body> => rig.expect(200, 'GET', path, { access_token: admin })

async function make(space_id: string): Promise<void> {
  await rig.expect(201, 'POST', `space/${spaces.id}`, { access_token: admin, space_id })
}

async function create(space: string, capacity: string): Promise<void> {
  await rig.expect(
    201,
    'POST',
    `quota/${spaces.id}`,
    { access_token: admin },
    { json: { spaces: [space], capacity } },
  )
}

test('what goes on to be uploaded counts, from its start until its end', async () => {
  await make('pending')
  await create('pending', '1000')
  const at = `file/${spaces.id}/pending`
  const begin = (name: string, query: Params) => call('PUT', `${at}/${name}`, undefined, query)
  const begun = await begin('named', { filesize: 600 })
  assert.equal(begun.status, 201)
  assertFailure(await begin('other', { filesize: 401 }), 400, 'QuotaLimitReached')
  const { availableSpace } = await get(`space-quota/${spaces.id}/pending`)
  assert.equal(availableSpace, '400')
  const small = await begin('small', { filesize: 400 })
  assert.equal(small.status, 201)
  assertFailure(await begin('one', { filesize: 1 }), 400, 'QuotaLimitReached')
  const { body } = small
  if (body === null) assert.fail('a start has no body')
  await rig.expect(204, 'DELETE', `${at}/${body.confirmKey}`, { access_token: admin, upload: null })
  assert.equal((await get(`space-quota/${spaces.id}/pending`)).availableSpace, '400')
  rig.clock.advance(8 * 86_400_000)
  await rig.server.jobs.runAll()
  admin = await rig.token('admin', { library: 'spaces' })
  assert.equal((await get(`space-quota/${spaces.id}/pending`)).availableSpace, '1000')
})

test('starts at once do not come to more than the quota', async () => {
  await make('at-once')
  await create('at-once', '1000')
  const starts = await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      call('PUT', `file/${spaces.id}/at-once/f${number}`, undefined, { filesize: 300 }),
    ),
  )
  assert.equal(starts.filter(({ status }) => status === 201).length, 3)
})

test('bytes that no start named count as they come, and no PUT has more than was named', async () => {
  await make('grown')
  await create('grown', '1000')
  const at = `file/${spaces.id}/grown`
  const begin = async (method: string, name: string, query: Params): Promise<Body> =>
    rig.expect(201, method, `${at}/${name}`, { access_token: admin, ...query })
  const send = async (task: Body, size: number) => {
    const response = await fetch(`http://${task.domain}${task.path}`, {
      ...{ method: 'PUT', headers: task.headers as Record<string, string>, body: Buffer.alloc(size) },
    })
    return [response.status, /<Code>(.*)<\/Code>/.exec(await response.text())?.[1]]
  }
  const unnamed = await begin('PUT', 'unnamed', {})
  assert.deepEqual(await send(unnamed, 1001), [403, 'AccessDenied'])
  assert.deepEqual(await send(unnamed, 900), [200, undefined])
  assertFailure(await call('PUT', `${at}/x`, undefined, { filesize: 101 }), 400, 'QuotaLimitReached')
  assert.deepEqual(await send(unnamed, 100), [200, undefined])
  const named = await begin('PUT', 'named', { filesize: 500 })
  assert.deepEqual(await send(named, 501), [400, 'EntityTooLarge'])
  assert.deepEqual(await send(named, 500), [200, undefined])
  for (const { confirmKey } of [unnamed, named]) {
    await rig.expect(200, 'POST', `${at}/${confirmKey}`, { confirm: null, access_token: admin })
  }
  const { size, availableSpace } = await get(`space-quota/${spaces.id}/grown`)
  assert.deepEqual([size, availableSpace], ['600', '400'])
})

test('a body that is announced with more than was named is refused before a byte of it', async () => {
  await make('announced')
  const at = `file/${spaces.id}/announced`
  const task = await rig.expect(201, 'PUT', `${at}/f`, { access_token: admin, filesize: 500 })
  const client = await RawClient.connect(rig.server.port)
  const head = Object.entries(task.headers).map(([name, value]) => `${name}: ${value}\r\n`)
  client.send(
    `PUT ${task.path} HTTP/1.1\r\nhost: ${task.domain}\r\n${head.join('')}content-length: 501\r\nexpect: 100-continue\r\n\r\n`,
  )
  const { status, body } = await client.answer()
  assert.equal(status, 400)
  assert.match(String(body), /<Code>EntityTooLarge</)
  client.destroy()
})

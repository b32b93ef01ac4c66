import assert from 'node:assert/strict'
import { channel } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { type Config, loadConfig } from '../../src/config/load.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import type { HttpServer } from '../../src/http/server.ts'
import type { Route, Surface } from '../../src/http/types.ts'
import { mountDialects } from '../../src/mounting.ts'
import { createPrograms } from '../../src/programs/index.ts'
import { ACCOUNT, LIBRARIES, startTestServer, type TestServer } from '../support/harness.ts'
import { sendWire } from '../support/volcengine.ts'
import { drivers } from './drivers.ts'
import { clientOf as vodClientOf } from './huawei-vod/rig.ts'
import { asking } from './huawei-vod/temporary-client.ts'
import { clientOf as smhClientOf } from './tencent-smh/rig.ts'

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** An answer that some client of this process got. */
interface Seen {
  readonly what: string
  readonly headers: Headers
}

const isStored = ({ headers }: Seen): boolean => headers['accept-ranges'] !== undefined

/** Collects every answer of the server at `url` while `work` runs, whichever client asks. */
async function answersWhile(url: string, work: () => Promise<void>): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  const { host } = new URL(url)
  const byNode = (message: unknown) => {
    const { request, response } = message as {
      request: { method: string; path: string; getHeader(name: string): unknown }
      response: IncomingMessage
    }
    if (request.getHeader('host') === host)
      seen.push({ what: `${request.method} ${request.path}`, headers: response.headers })
  }
  const byFetch = (message: unknown) => {
    const { request, response } = message as {
      request: { method: string; path: string; origin: string }
      response: { headers: readonly Buffer[] }
    }
    if (new URL(request.origin).host === host)
      seen.push({ what: `${request.method} ${request.path}`, headers: pairsOf(response.headers) })
  }
  channel('http.client.response.finish').subscribe(byNode)
  channel('undici:request:headers').subscribe(byFetch)
  try {
    await work()
  } finally {
    channel('http.client.response.finish').unsubscribe(byNode)
    channel('undici:request:headers').unsubscribe(byFetch)
  }
  return seen
}

const pairsOf = (raw: readonly Buffer[]): Headers =>
  Object.fromEntries(
    raw.flatMap((name, at) =>
      at % 2 === 0 ? [[name.toString('latin1').toLowerCase(), raw[at + 1]?.toString('latin1')]] : [],
    ),
  )

function assertSafe(seen: Seen): void {
  const { what, headers } = seen
  assert.equal(headers['x-content-type-options'], 'nosniff', what)
  const policy = isStored(seen) ? /^sandbox; default-src 'none';/ : /^default-src 'none';.*; sandbox$/
  assert.match(String(headers['content-security-policy']), policy, what)
  if (isStored(seen)) assert.equal(headers['cross-origin-resource-policy'], 'cross-origin', what)
  else assert.equal(headers['cache-control'], 'no-store', what)
}

/** All routes that there are, with what they are mounted on. */
function surfacesOf(server: TestServer, config: Config): readonly Surface[] {
  const { core, accounts, secretFor } = server.engine
  const surfaces: Surface[] = []
  const http = { mount: (some: readonly Surface[]) => void surfaces.push(...some) } as HttpServer
  const programs = createPrograms(server.dataDir, {}, 0)
  mountDialects(http, {
    ...{ core, accounts, secretFor, programs, config },
    publicUrl: server.url,
    ownUrls: server.ownUrls,
    dialects: DIALECTS,
  })
  return surfaces
}

/** A path that a route has, with something for each of its parameters. */
const pathOf = ({ path }: Route): string =>
  typeof path === 'string' ? path.replaceAll(/:[^/]+|\*/g, 'x') : `/${ACCOUNT.id}/x`

describe('what browsers and caches are told', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server.stop())

  test('every route refuses so that nobody keeps the answer, and nothing of it runs', async () => {
    const config = loadConfig({ dialects: DIALECTS, file: null, environment: {}, flags: {} })
    const surfaces = surfacesOf(server, config)
    const routes = surfaces.flatMap(({ routes: byPath, hosted }) => [...byPath, ...(hosted?.routes ?? [])])
    assert.ok(routes.length > 100, String(routes.length))
    for (const route of routes) {
      const { method } = route
      // With a query `/` is not the page for people.
      const target = `${server.url}${pathOf(route)}?x=1`
      const { headers, status } = await sendWire(target, { method })
      assertSafe({ what: `${method} ${target} ${status}`, headers })
    }
  })

  for (const driver of drivers) {
    test(`${driver.name}: in the whole life of an upload no answer is kept but that of its bytes, which never run`, async () => {
      const seen = await answersWhile(server.url, async () => {
        const upload = await driver.upload(server.url, 'life.wav', driver.sample(1))
        await upload.read(server.url, await upload.complete(server.url))
      })
      assert.ok(seen.length >= 4 && seen.some(isStored), JSON.stringify(seen))
      for (const each of seen) assertSafe(each)
    })
  }

  test('no answer with a token, a key or a signed URL is kept', async () => {
    const vod = vodClientOf(server.url)
    const smh = smhClientOf(server.url)
    const { id, secret } = LIBRARIES.file
    const seen = await answersWhile(server.url, async () => {
      const token = await vod.token()
      const headers = { 'x-auth-token': token, 'x-subject-token': token }
      await sendWire(`${server.url}/v3/auth/tokens`, { method: 'GET', headers })
      const temporary = { method: 'POST', headers, body: JSON.stringify(asking()) }
      await sendWire(`${server.url}/v3.0/OS-CREDENTIAL/securitytokens`, temporary)
      const asset = await vod.create()
      const key = { query: { asset_id: asset.asset_id } }
      await vod.call('GET', 'asset/authority', key)
      const access_token = await smh.token()
      const library = { library_id: id, library_secret: secret }
      await smh.call('POST', `token/${id}/${access_token}`, library)
      const path = `file/${id}/-`
      for (const kind of [{}, { multipart: null }, { form: null }]) {
        const method = 'multipart' in kind ? 'POST' : 'PUT'
        await smh.call(method, `${path}/secret.txt`, { access_token, ...kind })
      }
      await smh.upload('kept.txt', Buffer.from('x'))
      await smh.call('GET', `${path}/kept.txt`, { access_token, info: null })
      await smh.call('GET', `${path}/kept.txt`, { access_token })
    })
    assert.ok(seen.length >= 12)
    for (const each of seen) assertSafe(each)
  })
})

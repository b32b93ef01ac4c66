import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { after, before, describe, test } from 'node:test'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import type { Route, Surface } from '../../src/http/types.ts'
import { ACCOUNT, LIBRARIES, PROJECTS, startTestServer, type TestServer } from '../support/harness.ts'
import { type RawAnswer, RawClient } from '../support/http-kit.ts'
import { type Stranger, strangers } from '../support/strangers.ts'

/** Bytes that no request here ever sends. */
const ANNOUNCED = 1_000_000

/** A domain of the operator's, below which names of buckets are host names. */
const DOMAIN = 's3.stowage.example'

/** What a dialect has mounted. */
interface Mounted {
  readonly dialect: string
  readonly surface: Surface
}

/** A route, and a request that reaches it. */
interface Reached {
  readonly surface: string
  readonly port: number
  readonly route: Route
  readonly host: string
  readonly path: string
}

/** What stands for a route's parameters: names that are there, so that what they name is no reason to refuse. */
const PARAMS: Readonly<Record<string, string>> = {
  library: LIBRARIES.file.id,
  project: PROJECTS.main.id,
  account: ACCOUNT.id,
  space: '-',
}

/** A host that names a bucket, for each of the vendors' patterns; the bucket is a common one. */
const VENDORS_HOSTS = DIALECTS.flatMap(({ hosts }) => hosts).flatMap(({ name, regions, below }) => {
  const region = regions?.[0] ?? ''
  const bucket = below?.[0] ?? 'examplebucket-1250000000'
  return name.startsWith('*.') ? [`${bucket}${name.slice(1)}`.replaceAll('{region}', region)] : []
})

/** A dialect with a listener of its own has no host of its vendor's: the operator's domain stands for them. */
const BUCKET_HOSTS = [...VENDORS_HOSTS, `examplebucket.${DOMAIN}`]

const BUCKETS = [
  ...BUCKET_HOSTS.map((host) => host.split('.')[0] ?? ''),
  ...Object.values(PROJECTS).flatMap(({ name }) =>
    DIALECTS.flatMap(({ reserved }) => reserved.prefixes.map((prefix) => `${prefix}1-${name}`)),
  ),
]

/** Every dialect that may have a listener of its own has one. */
const LISTENING = {
  virtual_hosts: DOMAIN,
  ...Object.fromEntries(
    DIALECTS.flatMap(({ listener }) => (listener === undefined ? [] : [[listener.key, '127.0.0.1:0']])),
  ),
}

/** Paths of which the tests of paths that are no patterns take at least one. */
const PLACES = [
  ...[ACCOUNT.id, LIBRARIES.file.id, PROJECTS.main.id, PROJECTS.main.name],
  ...Object.values(LIBRARIES).map(({ id }) => id),
]

function pathOf(path: Route['path']): string {
  if (typeof path === 'string')
    return path
      .replaceAll(/:(\w+)/g, (_, name: string) => PARAMS[name] ?? 'something')
      .replace('*', 'folder/file.mp4')
  const names = [...PLACES, ...BUCKETS]
  const candidates = names.flatMap((name) => [`/${name}`, `/${name}/folder/file.mp4`])
  const found = candidates.find((candidate) => path(candidate))
  assert.ok(found, `no path of ${candidates.join(' ')} is taken: PLACES needs one that is`)
  return found
}

describe('of a sender who is not known', () => {
  const mounts: Mounted[] = []
  let server: TestServer

  /** Dialects as they are; what they mount is written down. */
  const watched = (dialect: Dialect): Dialect => ({
    ...dialect,
    create: (context) => {
      const mounted = dialect.create(context)
      mounts.push(...mounted.surfaces.map((surface) => ({ dialect: dialect.name, surface })))
      return mounted
    },
  })

  before(async () => {
    server = await startTestServer({ dialects: DIALECTS.map(watched), settings: LISTENING })
  })
  after(() => server.stop())

  const reached = (): readonly Reached[] =>
    mounts.flatMap(({ dialect, surface }) => {
      const { port } = new URL(server.ownUrls.get(dialect) ?? server.url)
      const at = (host: string) => (route: Route) => ({
        ...{ surface: surface.name, port: Number(port), route, host },
        path: pathOf(route.path),
      })
      const { hosted } = surface
      const own = BUCKET_HOSTS.find((host) => hosted?.takes({ headers: { host } } as IncomingMessage))
      assert.ok(hosted === undefined || own !== undefined, `no host of ${surface.name}`)
      return [...surface.routes.map(at('127.0.0.1')), ...(hosted?.routes ?? []).map(at(own ?? ''))]
    })

  async function ask({ port, route, host, path }: Reached, { headers, query }: Stranger): Promise<RawAnswer> {
    const client = await RawClient.connect(port)
    const isQueried = query !== '' && !isOpen(route)
    const head = {
      host,
      ...headers,
      'content-type': isOpen(route) ? 'multipart/form-data; boundary=b' : 'application/json',
      'content-length': String(ANNOUNCED),
      expect: '100-continue',
    }
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`)
    client.send(`${route.method} ${path}${isQueried ? `?${query}` : ''} HTTP/1.1\r\n${lines.join('')}\r\n`)
    const answer = await client.answer(route.method === 'HEAD')
    client.destroy()
    return answer
  }

  test('no byte of a body is read, whatever route it is for', async () => {
    const routes = reached().filter(({ route }) => !isOpen(route))
    assert.ok(routes.length > 500, String(routes.length))
    const everybody = strangers()
    const seen = new Set<string>()
    for (const [index, each] of routes.entries()) {
      // Routes of one call differ in their path alone: one of them meets everybody, the others meet two each, in turn.
      const call = `${each.surface} ${each.route.call} ${each.route.method} ${each.host}`
      const whom = seen.has(call) ? takeTurns(everybody, index) : everybody
      seen.add(call)
      for (const stranger of whom) {
        const { status, interim } = await ask(each, stranger)
        const what = `${each.route.method} ${each.host}${each.path} (${each.route.call}) by ${stranger.name}: ${status}`
        assert.deepEqual(interim, [], what)
        assert.ok(status < 500 || status === 501, what)
      }
    }
    const requests = server.logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request')
    assert.deepEqual(
      requests.filter(({ bytesIn }) => bytesIn !== 0),
      [],
    )
  })

  test('bodies are read by these routes alone, which find there who sends them', () => {
    const open = new Set(
      mounts
        .flatMap(({ surface: { routes, hosted } }) => [...routes, ...(hosted?.routes ?? [])])
        .filter(isOpen)
        .map(({ method, call, openBodySizeMax }) => `${method} ${call} ${openBodySizeMax}`),
    )
    assert.deepEqual([...open].sort(), [
      'POST cos.post 262144',
      'POST iam.security-token 65536',
      'POST iam.token 65536',
      'POST s3.post 262144',
    ])
  })
})

const takeTurns = <Item>(items: readonly Item[], turn: number): readonly Item[] =>
  items.filter((_, index) => index === 0 || index === turn % items.length)

const isOpen = ({ openBodySizeMax }: Route): boolean => openBodySizeMax !== undefined

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type CountingProxy, type Flight, startCountingProxy } from '../support/counting-proxy.ts'
import { LIBRARIES, startTestServer, type TestServer } from '../support/harness.ts'
import { LoadClient } from '../support/load.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { SmhLoadClient } from '../support/smh-load.ts'

const SMALL = Buffer.alloc(16 * 1024, 1)
const LIBRARY = LIBRARIES.plain

/** What each call may cost at PostgreSQL, as [round trips, statements], once a node has seen the space or bucket. Only ever less. */
const COSTS = {
  'iFlytek upload of 16 KiB': [2, 10],
  'SMH begin': [2, 13],
  'SMH PUT of 16 KiB': [2, 9],
  'SMH confirm': [4, 21],
  'SMH status': [4, 6],
  'SMH details': [4, 6],
} as const satisfies Readonly<Record<string, readonly [roundTrips: number, statements: number]>>

/** What a node does on its own: accounts, jobs, deliveries, tasks, time. */
const BACKGROUND =
  /FROM settings|accounts|jobs|deliveries|FROM tasks|clock_timestamp|pg_is_in_recovery|pg_control|SHOW /

describe('what a call costs at PostgreSQL', () => {
  let database: TestDatabase
  let proxy: CountingProxy
  let server: TestServer
  let load: LoadClient
  let smh: SmhLoadClient
  let token: string
  before(async () => {
    database = await createDatabase()
    proxy = await startCountingProxy(database.url)
    server = await startTestServer({ settings: { metadata: proxy.url } })
    load = new LoadClient(server.url)
    smh = new SmhLoadClient(server.url)
    token = await smh.token(LIBRARY)
  })
  after(async () => {
    smh.close()
    load.close()
    await server.stop()
    await proxy.close()
    await database.drop()
  })

  /** Does something three times: first to make what is made once, then to see it. Tells what the third time cost. */
  const costOf = async (work: () => Promise<unknown>): Promise<readonly [number, number]> => {
    await work()
    await work()
    proxy.taken()
    await work()
    return counted(proxy.taken())
  }

  const isWithin = (call: keyof typeof COSTS, [roundTrips, statements]: readonly [number, number]): void => {
    const [roundTripsMax, statementsMax] = COSTS[call]
    assert.ok(roundTrips <= roundTripsMax, `${call}: ${roundTrips} round trips`)
    assert.ok(statements <= statementsMax, `${call}: ${statements} statements`)
  }

  test('a small upload takes two round trips', async () => {
    isWithin('iFlytek upload of 16 KiB', await costOf(() => load.form('/file/upload', {}, SMALL)))
  })

  test('a begin, a PUT and a confirm take eight round trips', async () => {
    let files = 0
    const target = (path: string, query = '') => `file/${LIBRARY.id}/-/${path}?${query}access_token=${token}`
    const begin = () => {
      files += 1
      return smh.call<Started>(201, 'PUT', target(`f${files}.bin`, `filesize=${SMALL.length}&`))
    }
    isWithin('SMH begin', await costOf(begin))
    const started = [await begin(), await begin(), await begin()]
    const puts = started.values()
    isWithin('SMH PUT of 16 KiB', await costOf(() => put(puts.next().value)))
    const asked = started.map(({ confirmKey }) => confirmKey).values()
    isWithin(
      'SMH status',
      await costOf(() => smh.call(200, 'GET', target(asked.next().value ?? '', 'upload&'))),
    )
    const keys = started.map(({ confirmKey }) => confirmKey).values()
    isWithin(
      'SMH confirm',
      await costOf(() => smh.call(200, 'POST', target(keys.next().value ?? '', 'confirm&'), {})),
    )
    isWithin('SMH details', await costOf(() => smh.call(200, 'GET', target('f4.bin', 'info&'))))
  })
})

interface Started {
  readonly domain: string
  readonly path: string
  readonly confirmKey: string
  readonly headers: Readonly<Record<string, string>>
}

async function put(started: Started | undefined): Promise<void> {
  const { domain, path, headers } = started ?? assert.fail()
  const answer = await fetch(`http://${domain}${path}`, { method: 'PUT', headers, body: SMALL })
  assert.equal(answer.status, 200, await answer.text())
}

function counted(flights: readonly Flight[]): readonly [number, number] {
  const own = flights.filter((flight) => !flight.some((text) => BACKGROUND.test(text)))
  return [own.length, own.flat().length]
}

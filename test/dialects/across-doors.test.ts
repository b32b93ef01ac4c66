import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/harness.ts'
import { OWN_DOORS, type OwnDoor } from './doors.ts'
import { BODY, described, TUS, ticketFor } from './resumable/rig.ts'

/** Who begins an upload, who sends its bytes, and who ends it: the dialect's own calls, or another door. */
const BEGINNINGS = ['own', 'tus', 'draft'] as const
const SENDINGS = ['own', 'tus', 'draft', 'tus and draft'] as const
const ENDINGS = ['own', 'last byte'] as const

type Beginning = (typeof BEGINNINGS)[number]
type Sending = (typeof SENDINGS)[number]
type Ending = (typeof ENDINGS)[number]
type Way = readonly [beginning: Beginning, sending: Sending, ending: Ending]

/** What an upload of another door is. */
interface Begun {
  readonly url: string
  /** What the dialect's own calls name it by. */
  readonly reference: string
}

const ALL: readonly Way[] = BEGINNINGS.flatMap((beginning) =>
  SENDINGS.flatMap((sending) => ENDINGS.map((ending) => [beginning, sending, ending] as const)),
)

/** Without one that is the dialect's own alone, and without its own bytes where they belong to another upload. */
const waysOf = ({ send }: OwnDoor): readonly Way[] =>
  ALL.filter(([beginning, sending]) => sending !== 'own' || (beginning !== 'own' && send !== null))

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.stop())

for (const [at, door] of OWN_DOORS.entries()) {
  describe(`an upload of ${door.name}`, () => {
    for (const [number, way] of waysOf(door).entries()) {
      const [beginning, sending, ending] = way
      test(`begun by ${beginning}, sent by ${sending}, ended by ${ending}`, () =>
        go(door, way, `pair-${at}-${number}${door.name.startsWith('Volcengine') ? '.wav' : '.mp4'}`))
    }
  })
}

async function go(door: OwnDoor, [beginning, sending, ending]: Way, name: string): Promise<void> {
  const bytes = door.sample(name.length)
  const begun = await begin(door, { beginning, ending, name, bytes })
  const { reference } = begun
  if (sending === 'own') {
    await door.send?.(server.url, reference, bytes)
  } else {
    const middle = bytes.byteLength >> 1
    const [first, second] = sending === 'tus and draft' ? (['tus', 'draft'] as const) : [sending, sending]
    await SEND[first](begun.url, bytes, 0, middle)
    await door.renew?.(server.url, reference)
    if (door.isReadOnly) assert.equal(await door.read(server.url, reference, name), null)
    await SEND[second](begun.url, bytes, middle, bytes.byteLength)
  }
  if (ending === 'own') {
    if (door.isReadOnly) assert.equal(await door.read(server.url, reference, name), null)
    await door.finish(server.url, reference)
  } else if (sending === 'own') {
    // Who asks how far it is finds all bytes there.
    const asked = await fetch(begun.url, { method: 'HEAD', headers: TUS })
    assert.deepEqual([asked.status, asked.headers.get('upload-offset')], [200, `${bytes.byteLength}`])
  }
  assert.ok((await door.read(server.url, reference, name))?.equals(bytes))
  // Whoever ended it, both doors say the same to who asks again.
  await door.finish(server.url, reference)
  const told = await fetch(begun.url, { method: 'HEAD', headers: TUS })
  assert.deepEqual([told.status, told.headers.get('upload-offset')], [200, `${bytes.byteLength}`])
}

async function begin(
  door: OwnDoor,
  asked: {
    readonly beginning: Beginning
    readonly ending: Ending
    readonly name: string
    readonly bytes: Buffer
  },
): Promise<Begun> {
  const { beginning, ending, name, bytes } = asked
  const own = beginning === 'own' ? await door.begin(server.url, name) : null
  const ticket = ticketFor({
    bucket: door.bucket,
    target: own === null ? { key: name } : { upload: own },
    isConfirming: ending === 'last byte',
  })
  const speaks =
    beginning === 'draft'
      ? { 'upload-complete': '?0', 'content-length': '0' }
      : { ...TUS, 'upload-metadata': described({ filename: name, filetype: 'video/mp4' }) }
  const made = await fetch(`${server.url}/uploads`, {
    method: 'POST',
    headers: { 'upload-ticket': ticket, 'upload-length': `${bytes.byteLength}`, ...speaks },
  })
  assert.equal(made.status, 201, await made.text())
  const reference = decodeURI(made.headers.get('upload-reference') ?? assert.fail())
  if (own !== null) assert.equal(reference, own)
  return { url: made.headers.get('location') ?? assert.fail(), reference }
}

type Send = (url: string, bytes: Buffer, from: number, to: number) => Promise<void>

const SEND: Readonly<Record<'tus' | 'draft', Send>> = {
  tus: async (url, bytes, from, to) => {
    const headers = { ...TUS, ...BODY, 'upload-offset': `${from}` }
    const sent = await fetch(url, {
      method: 'PATCH',
      headers,
      body: new Uint8Array(bytes.subarray(from, to)),
    })
    assert.equal(sent.status, 204, await sent.text())
    assert.equal(sent.headers.get('upload-offset'), `${to}`)
  },
  draft: async (url, bytes, from, to) => {
    const isLast = to === bytes.byteLength
    const headers = {
      ...{ 'content-type': 'application/partial-upload', 'upload-offset': `${from}` },
      'upload-complete': isLast ? '?1' : '?0',
    }
    const sent = await fetch(url, {
      method: 'PATCH',
      headers,
      body: new Uint8Array(bytes.subarray(from, to)),
    })
    assert.equal(sent.status, isLast ? 200 : 204, await sent.text())
  },
}

import { setTimeout as delay } from 'node:timers/promises'
import { ACCOUNT, OTHER_ACCOUNT } from '../../test/support/harness.ts'
import { honestAddress, hostileAddress } from '../addresses.ts'
import { type Attack, atLeast, atMost, none } from '../attack.ts'
import { requestLines } from '../hostile/log.ts'
import { makeBucket } from '../hostile/s3.ts'
import { everybody, headOf, sendRaw } from '../hostile/sockets.ts'
import {
  addPiece,
  askOffset,
  beginUpload,
  pieceHeaders,
  type TicketFacts,
  ticketOf,
  uploadPath,
} from '../hostile/tickets.ts'
import { WireClient } from '../wire.ts'

const BUCKET = 'attacked'
const [IN, OUT] = ['in/a.mp4', 'out/a.mp4']
const PIECE = Buffer.from('0')

const stretched: Attack = {
  name: 'stretched-tickets',
  group: 'doors',
  shows: 'upload tickets used for what they do not allow, and changed behind their signature',
  limit: 'no upload begins: 0',
  run: async (target) => {
    await makeBucket(target, BUCKET)
    await makeBucket(target, 'another')
    const client = new WireClient(target.url, hostileAddress(0))
    const good = ticketOf({ bucket: BUCKET, size_max: 1000, types: ['video/*'] })
    const own = await beginUpload(client, good, { key: IN, size: 1000 })
    const tried: readonly (readonly [
      what: string,
      ticket: string,
      upload: Parameters<typeof beginUpload>[2],
    ])[] = [
      ['beside its prefix', good, { key: OUT, size: 1000 }],
      ['larger than it allows', good, { key: IN, size: 1001 }],
      ['of another type', good, { key: IN, size: 1000, type: 'text/html' }],
      ['after its end', ticketOf({ bucket: BUCKET, ends: 1 }), { key: IN, size: 1 }],
      ['of another account', ticketOf({ bucket: BUCKET }, OTHER_ACCOUNT), { key: IN, size: 1 }],
      [
        'by another secret',
        ticketOf({ bucket: BUCKET }, { ...ACCOUNT, secret_key: 'another' }),
        { key: IN, size: 1 },
      ],
      [
        'with other facts',
        withFacts(good, { bucket: 'another', prefix: 'in/', ends: 9e9 }),
        { key: IN, size: 1 },
      ],
    ]
    const begun: string[] = []
    for (const [what, ticket, upload] of tried)
      if ((await beginUpload(client, ticket, upload)).status === 201) begun.push(what)
    return [
      atLeast('uploads as the ticket allows', own.status === 201 ? 1 : 0, 1, ''),
      none(
        begun.length === 0 ? 'uploads that began' : `uploads that began (${begun.join('; ')})`,
        begun.length,
      ),
    ]
  },
}

const withFacts = (ticket: string, facts: TicketFacts): string => {
  const [accessKey, , signature] = ticket.split('.')
  return [accessKey, Buffer.from(JSON.stringify(facts)).toString('base64url'), signature].join('.')
}

/** Names of uploads that are looked at in twelve seconds, of one address. */
const NAMES_MAX = 1400
const SECONDS = 12
const SHORT_GUESSES = 2000

const guessedNames: Attack = {
  name: 'guessed-upload-urls',
  group: 'guessing',
  shows: 'URLs of uploads, guessed as fast as it goes by one address',
  limit: `${NAMES_MAX} are looked at in ${SECONDS} s; the right one is always let in, also from there`,
  beside: true,
  run: async (target) => {
    await makeBucket(target, BUCKET)
    const owner = new WireClient(target.url, honestAddress(20))
    const path = uploadPath(await beginUpload(owner, ticketOf({ bucket: BUCKET }), { key: IN, size: 10 }))
    const end = performance.now() + SECONDS * 1000
    const guesser = new WireClient(target.url, hostileAddress(0), { sockets: 64 })
    const statuses: number[] = []
    const lane = async (index: number): Promise<void> => {
      while (performance.now() < end && (!target.isShort || statuses.length < SHORT_GUESSES)) {
        const seal = `${index}${statuses.length}`.padEnd(22, 'A')
        statuses.push((await askOffset(guesser, `${path.slice(0, path.lastIndexOf('.'))}.${seal}`)).status)
      }
    }
    await Promise.all(Array.from({ length: 64 }, (_, index) => lane(index)))
    const right = [await askOffset(owner, path), await askOffset(guesser, path)]
    return [
      atMost('names looked at', statuses.filter((status) => status === 404).length, NAMES_MAX, ''),
      none('names that were let in', statuses.filter((status) => status === 200).length),
      none('right ones kept out', right.filter(({ status }) => status !== 200).length),
    ]
  },
}

const smallPieces: Attack = {
  name: 'small-patches',
  group: 'doors',
  shows: 'resumable uploads of a tenant that grow by one byte with each PATCH, as fast as it goes',
  limit:
    '400 MB of memory; /healthz within 200 ms; honest calls at most three times as slow; all bytes are kept',
  beside: true,
  run: async (target) => {
    await makeBucket(target, BUCKET)
    const end = performance.now() + target.seconds * 1000
    const lost = await everybody(target, async (index) => {
      const client = new WireClient(target.url, hostileAddress(index))
      const made = await beginUpload(client, ticketOf({ bucket: BUCKET }), {
        key: `in/${index}`,
        size: 1_000_000,
      })
      const path = uploadPath(made)
      let offset = 0
      while (performance.now() < end) {
        const { status } = await addPiece(client, path, offset, PIECE)
        if (status === 204) offset += 1
        else await delay(5)
      }
      const told = Number((await askOffset(client, path)).headers['upload-offset'] ?? -1)
      client.close()
      return told < offset ? 1 : 0
    })
    const pieces = (await requestLines(target)).filter(
      ({ method, status }) => method === 'PATCH' && status === 204,
    )
    return [
      atLeast('pieces taken', pieces.length, 1, ''),
      none('uploads that lost bytes', lost.filter((each) => each === 1).length),
    ]
  },
}

const slowPieces: Attack = {
  name: 'slow-patches',
  group: 'doors',
  shows: 'PATCH requests of a tenant at 10 bytes a second',
  limit: '1 KiB/s over any 60 s: closed after at most 90 s; what came is kept',
  fullOnly: 'the limit is a time',
  beside: true,
  run: async (target) => {
    await makeBucket(target, BUCKET)
    const outcomes = await everybody(target, async (index) => {
      const client = new WireClient(target.url, hostileAddress(index))
      const begun = await beginUpload(client, ticketOf({ bucket: BUCKET }), {
        key: `in/${index}`,
        size: 1_000_000,
      })
      const path = uploadPath(begun)
      const head = headOf('PATCH', path, {
        ...{ Host: client.host, ...pieceHeaders(0), 'Content-Length': 1_000_000 },
      })
      const { closedMs } = await sendRaw(target, index, { head, body: slowly(Buffer.alloc(10, '0'), 1000) })
      const kept = Number((await askOffset(client, path)).headers['upload-offset'] ?? 0)
      client.close()
      return { closedMs, kept }
    })
    return [
      atMost('longest connection', Math.max(...outcomes.map(({ closedMs }) => closedMs)) / 1000, 90, 's'),
      none('uploads of which nothing was kept', outcomes.filter(({ kept }) => kept === 0).length),
    ]
  },
}

async function* slowly(bytes: Uint8Array, everyMs: number): AsyncGenerator<Uint8Array> {
  for (let count = 0; count < 120; count++) {
    await delay(everyMs)
    yield bytes
  }
}

export const TICKETS: readonly Attack[] = [stretched, guessedNames, smallPieces, slowPieces]

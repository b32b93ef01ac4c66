import { ACCOUNT, LIBRARIES } from '../../test/support/harness.ts'
import { honestAddress, hostileAddress } from '../addresses.ts'
import { type Attack, atMost, none, type Target } from '../attack.ts'
import { requestLines } from '../hostile/log.ts'
import { makeBucket, s3Place, signS3 } from '../hostile/s3.ts'
import { beginUpload, ticketOf } from '../hostile/tickets.ts'
import { WireClient, type WireReply } from '../wire.ts'

const AT_ONCE = 64
const SECONDS = 12
/** The short form ends with so many, whatever became of them. */
const SHORT_GUESSES = 1500
/** How a wrong secret is answered. */
const WRONG = [400, 401, 403, 404]

type Guess = (client: WireClient, secret: string) => Promise<WireReply>

/** Before anything is guessed. */
type Prepare = (target: Target) => Promise<void>

const TICKETS_BUCKET = 'attacked'

const askByTicket: Guess = (client, secret_key) =>
  beginUpload(client, ticketOf({ bucket: TICKETS_BUCKET }, { ...ACCOUNT, secret_key }), {
    ...{ key: `in/${secret_key.length}`, size: 1 },
  })

const listBuckets: Guess = (client, secret_key) => {
  const keys = { ...ACCOUNT, secret_key }
  const { headers } = signS3({ method: 'GET', path: '/', host: client.host, keys })
  return client.call('/', { headers })
}

const logIn: Guess = (client, password) => {
  const user = { name: ACCOUNT.users[0]?.name, password, domain: { name: ACCOUNT.name } }
  const auth = {
    identity: { methods: ['password'], password: { user } },
    scope: { domain: { name: ACCOUNT.name } },
  }
  return client.call('/v3/auth/tokens', {
    ...{ method: 'POST', body: JSON.stringify({ auth }) },
    headers: { 'content-type': 'application/json', 'x-forwarded-for': randomAddress() },
  })
}

const askForToken: Guess = (client, secret) => {
  const query = new URLSearchParams({ library_id: LIBRARIES.file.id, library_secret: secret, grant: 'admin' })
  return client.call(`/api/v1/token?${query}`, { headers: { 'x-forwarded-for': randomAddress() } })
}

/** What a client says of its address when nobody checks it. */
const randomAddress = (): string => [1, 2, 3, 4].map(() => Math.floor(Math.random() * 255)).join('.')

interface Guessing {
  readonly name: string
  readonly what: string
  readonly guess: Guess
  readonly secret: string
  /** Addresses that guess. */
  readonly addresses: number
  /** Guesses that are looked at in twelve seconds. */
  readonly judgedMax: number
  readonly prepare?: Prepare
  /** Where it is guessed; default where most is. */
  urlOf?(target: Target): string
}

const guessing = ({ name, what, guess, secret, addresses, judgedMax, ...more }: Guessing): Attack => ({
  ...{ name, group: 'guessing' },
  shows: `${what}, guessed as fast as it goes by ${addresses === 1 ? 'one address' : `${addresses} addresses`}`,
  limit: `${judgedMax} guesses are looked at in 12 s; the owner is let in at the first try, from elsewhere`,
  beside: true,
  run: async (target) => {
    const url = more.urlOf?.(target) ?? target.url
    await more.prepare?.(target)
    const owner = new WireClient(url, honestAddress(20))
    const isIn = ({ status }: WireReply) => status === 200 || status === 201
    if (!isIn(await guess(owner, secret))) throw new Error('the owner is not let in before the attack')
    const judged = await guessAll({ ...target, url }, guess, addresses)
    const mine = await guess(owner, secret)
    const lines = (await requestLines(target)).filter(({ status = 0 }) => WRONG.includes(status))
    return [
      atMost('guesses looked at', judged, judgedMax, ''),
      none('owners kept out', isIn(mine) ? 0 : 1),
      none('guesses that the log does not know', Math.max(0, judged - lines.length)),
    ]
  },
})

/** How many guesses got the answer that a wrong secret gets. */
async function guessAll(target: Target, guess: Guess, addresses: number): Promise<number> {
  const end = performance.now() + SECONDS * 1000
  let judged = 0
  let guesses = 0
  const lane = async (index: number): Promise<void> => {
    const client = new WireClient(target.url, hostileAddress(index % addresses))
    while (performance.now() < end && (!target.isShort || guesses < SHORT_GUESSES)) {
      const { status } = await guess(client, `a wrong secret ${index} ${guesses++}`)
      if (performance.now() < end && WRONG.includes(status)) judged++
    }
    client.close()
  }
  const overall = new Promise<void>((resolve) => setTimeout(resolve, SECONDS * 1000))
  const lanes = Array.from({ length: Math.max(AT_ONCE, addresses) }, (_, index) => lane(index))
  await Promise.race([overall, Promise.all(lanes)])
  return judged
}

const password = { what: 'a password of IAM', guess: logIn, secret: ACCOUNT.users[0]?.password ?? '' }
const library = { what: "a library's secret", guess: askForToken, secret: LIBRARIES.file.secret }

const ticket = {
  ...{ what: 'the secret of a ticket', guess: askByTicket, secret: ACCOUNT.secret_key },
  prepare: (target: Target) => makeBucket(target, TICKETS_BUCKET),
}
const s3 = {
  ...{ what: 'a signature of S3', guess: listBuckets, secret: ACCOUNT.secret_key },
  urlOf: (target: Target) => s3Place(target).url,
}

export const GUESSING: readonly Attack[] = [
  guessing({ name: 'guessed-passwords', ...password, addresses: 1, judgedMax: 100 }),
  guessing({ name: 'guessed-library-secrets', ...library, addresses: 1, judgedMax: 100 }),
  guessing({ name: 'guessed-passwords-by-many', ...password, addresses: 200, judgedMax: 300 }),
  guessing({ name: 'guessed-library-secrets-by-many', ...library, addresses: 200, judgedMax: 750 }),
  guessing({ name: 'guessed-tickets', ...ticket, addresses: 1, judgedMax: 130 }),
  guessing({ name: 'guessed-s3-signatures-by-many', ...s3, addresses: 200, judgedMax: 1600 }),
]

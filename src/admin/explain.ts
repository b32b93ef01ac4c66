import type { JsonObject } from '../core/model/json.ts'

/** What people are told of a refused request, in the order in which it helps: why, and what to do. */
export function explain(record: JsonObject): readonly string[] {
  const { error, reason, status, why } = record
  const told = typeof why === 'object' && why !== null && !Array.isArray(why) ? (why as JsonObject) : {}
  return [
    `the answer was ${status}: ${reason ?? error ?? 'no reason was noted'}`,
    ...timesLines(told.times),
    ...signedLines(told.signed),
    ...(ADVICE.find(([pattern]) => pattern.test(`${error} ${reason}`))
      ?.slice(1)
      .map(String) ?? []),
  ]
}

/** By what the error or its reason says. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /access-key-unknown|InvalidAccessKeyId|apikey not found|unauthenticated/i,
    'no account has this key, or its secret is another one: `stowage key list ACCOUNT` shows those that there are',
  ],
  [
    /access-denied|AccessDenied/i,
    'the key may not do this there: `stowage key update` changes what it may do',
  ],
  [
    /throttled/i,
    'the client used up what one client may use; the answer’s Retry-After says when to try again',
  ],
  [
    /quota-exceeded|QuotaExceeded/i,
    'a limit of the account is reached: `stowage account show` has its limits',
  ],
  [/storage-full/i, 'the disk has no room above disk_reserve_bytes: delete something, or give it more room'],
  [/body-truncated/i, 'the connection broke, or the body was shorter than its Content-Length: send it again'],
  [/digest-mismatch/i, 'the bytes that came are not those of the digest that was sent: send them again'],
  [/upload-expired|url-expired/i, 'its time was over: begin again, or have a new URL made'],
  [/not-found/i, 'there is nothing of that name: look at the path, the bucket and the host'],
  [/method-not-allowed/i, 'the path is right and the method is not'],
]

interface Times {
  readonly given: number | null
  readonly now: number
  readonly from: number
  readonly until: number
}

function timesLines(times: unknown): readonly string[] {
  if (typeof times !== 'object' || times === null) return []
  const { given, now, from, until } = times as Times
  if (given === null) return ['the time of the request could not be read']
  const late = given > until ? given - until : from - given
  if (given === now) return [`it held from ${shown(from)} until ${shown(until)}, and came at ${shown(now)}`]
  return [
    `the request says ${shown(given)}; the server had ${shown(now)}: ${seconds(given - now)} apart`,
    `from ${shown(from)} until ${shown(until)} would have been taken: ${seconds(late)} off; set the client's clock`,
  ]
}

function signedLines(signed: unknown): readonly string[] {
  if (!Array.isArray(signed) || signed.length === 0) return []
  return [
    'the client signed another text than the server, or with another secret; compare line by line what the client signs with:',
    ...signed.flatMap(({ what, text }: { readonly what: string; readonly text: string }) => [
      `--- ${what}`,
      ...text.split('\n'),
    ]),
  ]
}

const shown = (ms: number): string => new Date(ms).toISOString()
const seconds = (ms: number): string => `${Math.round(Math.abs(ms) / 100) / 10} s`

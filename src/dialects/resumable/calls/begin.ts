import { isDeepStrictEqual } from 'node:util'
import type { Account } from '../../../core/accounts.ts'
import { innerBucket } from '../../../core/model/buckets.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { Appended } from '../../../core/ports/commands/uploads.ts'
import { randomHex } from '../../../core/random.ts'
import type { Exchange } from '../../../http/types.ts'
import { checkTicket, reachOf, type Ticket, unauthorized } from '../auth/ticket.ts'
import { ResumableError } from '../errors.ts'
import { asAttributes, type Sender, senderOf } from '../model/sender.ts'
import { type Described, requireSize, wantedBy } from '../model/target.ts'
import { headerOf } from '../wire/tus.ts'
import { type Door, requireBucket, within } from './call.ts'

/** What stays with an upload from its creation on. */
export type Kept = Pick<Sender, 'metadata' | 'reprDigest' | 'concat'>

/** Who begins an upload, by a ticket. */
export interface Admitted {
  readonly account: Account
  /** The access key of the ticket. */
  readonly ticketKey: string
  readonly ticket: Ticket
}

/** Errors: 400, 401, 403. */
export function admit({ core, accounts }: Door, exchange: Exchange): Admitted {
  const now = core.clock.now()
  const { guesses } = exchange
  const { account, key, ticket } = checkTicket(ticketOf(exchange), accounts, { guesses, now })
  exchange.identified(account.id)
  return { account, ticketKey: key.accessKey, ticket }
}

/**
 * Begins an upload for who has a ticket, or goes on with the one that the ticket names. Errors: 400, 403, 404, 413, 415, and what
 * the bucket refuses.
 */
export async function begin(
  door: Door,
  { account, ticketKey, ticket }: Admitted,
  described: Described,
  kept: Kept,
): Promise<Appended> {
  const { core, options, targets } = door
  const bucket = requireBucket(targets, account, ticket.bucket)
  const fresh = randomHex(core.random, 16)
  const wanted = wantedBy(ticket, described, { fresh, sizeMax: options.sizeMax })
  const { key, sizeMax } = wanted
  const sender: Sender = {
    ...{ ticketKey, bucket: ticket.bucket, key: key ?? '', sizeMax, ...kept },
    ...{ name: described.name, contentType: described.type, isClosed: false },
    isConfirming: ticket.isConfirming ?? key !== null,
  }
  const { type: contentType } = described
  // What is put together counts once: its bytes count with the uploads that have them until then.
  const size = kept.concat === null ? described.size : null
  const upload = await within(bucket, () => {
    if (key === null) return bucket.find('upload' in ticket.target ? ticket.target.upload : '')
    const attributes = asAttributes(sender)
    return bucket.begin({ key, contentType, size, fields: ticket.fields ?? {}, attributes })
  })
  requireSize(described.size, upload.limits.sizeMax)
  const told = await describedBy(door, upload, sender)
  return key === null ? goingOn(door, told, size) : { upload: told, offset: 0 }
}

/** Where uploads are whose bytes others will have. */
const PARTIALS = innerBucket('resumable', 'partial')

/** Begins an upload whose bytes another one will have. Errors: 404, 413. */
export async function beginPartial(
  { core, options, targets }: Door,
  { account, ticketKey, ticket }: Admitted,
  size: number | null,
  metadata: string,
): Promise<Appended> {
  requireBucket(targets, account, ticket.bucket)
  const sizeMax = Math.min(options.sizeMax, ticket.sizeMax ?? options.sizeMax)
  requireSize(size, sizeMax)
  const ref = randomHex(core.random, 16)
  const sender: Sender = {
    ...{ ticketKey, bucket: ticket.bucket, key: reachOf(ticket.target), sizeMax, metadata },
    ...{ name: null, contentType: null, reprDigest: null, isConfirming: false, isClosed: false },
    concat: { kind: 'partial', final: null },
  }
  const upload = await core.uploads.begin({
    ...{ account: account.id, bucket: PARTIALS, key: ref, ref, attributes: asAttributes(sender) },
    limits: {
      ...{ partNumberMin: 1, partNumberMax: 1, partSizeMin: 0, partSizeMax: 0, sizeMax },
      ...(size === null ? {} : { sizeNamed: size }),
    },
    expiresAt: core.clock.now() + options.ttlS * 1000,
  })
  return { upload, offset: 0 }
}

/** The upload, which remembers its sender. */
async function describedBy({ core }: Door, upload: Upload, sender: Sender): Promise<Upload> {
  return isDeepStrictEqual(senderOf(upload), sender)
    ? upload
    : core.uploads.describe(upload, asAttributes(sender))
}

/** An upload that another door began, as it is now. Errors: 400. */
async function goingOn({ core }: Door, upload: Upload, size: number | null): Promise<Appended> {
  const found = (await core.uploads.findOffset(upload)) ?? { upload, offset: 0 }
  if (found.offset > 0 && upload.limits.isAppended !== true)
    throw new ResumableError(400, 'the upload has numbered parts: bytes cannot follow them')
  const { sizeNamed } = upload.limits
  if (size === null || size === sizeNamed) return found
  if (sizeNamed !== undefined) throw new ResumableError(400, 'another size was told before')
  return core.uploads.append(upload, nothing(), { offset: found.offset, sizeMax: 0, sizeNamed: size })
}

/** A body of no bytes. */
export async function* nothing(): AsyncIterable<Uint8Array> {}

/** As a header of its own, so that Authorization stays free for a proxy; as a bearer token; or in the URL. Errors: 401. */
function ticketOf({ request, query }: Exchange): string {
  const [, bearer = null] = /^Bearer +(\S+)$/i.exec(headerOf(request, 'authorization') ?? '') ?? []
  const ticket =
    headerOf(request, 'upload-ticket') ?? bearer ?? query.find(([name]) => name === 'ticket')?.[1]
  if (ticket === undefined) throw unauthorized('an upload ticket is needed')
  return ticket
}

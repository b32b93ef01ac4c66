import { isDeepStrictEqual } from 'node:util'
import type { Upload } from '../../../core/model/uploads.ts'
import type { Appended } from '../../../core/ports/commands/uploads.ts'
import { randomHex } from '../../../core/random.ts'
import type { Exchange } from '../../../http/types.ts'
import { checkTicket, unauthorized } from '../auth/ticket.ts'
import { ResumableError } from '../errors.ts'
import { asAttributes, type Sender, senderOf } from '../model/sender.ts'
import { type Described, requireSize, wantedBy } from '../model/target.ts'
import { headerOf } from '../wire/tus.ts'
import { type Door, requireBucket, within } from './call.ts'

/** What stays with an upload from its creation on. */
export type Kept = Pick<Sender, 'metadata' | 'reprDigest'>

/**
 * Begins an upload for who has a ticket, or goes on with the one that the ticket names. Errors: 400, 401, 403, 404, 413, 415, and what
 * the bucket refuses.
 */
export async function begin(
  door: Door,
  exchange: Exchange,
  described: Described,
  kept: Kept,
): Promise<Appended> {
  const { core, accounts, options, targets } = door
  const now = core.clock.now()
  const { guesses } = exchange
  const { account, key: signer, ticket } = checkTicket(ticketOf(exchange), accounts, { guesses, now })
  exchange.identified(account.id)
  const fresh = randomHex(core.random, 16)
  const wanted = wantedBy(ticket, described, { fresh, sizeMax: options.sizeMax })
  const bucket = requireBucket(targets, account, ticket.bucket)
  const { key, sizeMax } = wanted
  const sender: Sender = {
    ...{ ticketKey: signer.accessKey, bucket: ticket.bucket, key: key ?? '', sizeMax, ...kept },
    ...{ name: described.name, contentType: described.type, isClosed: false },
    isConfirming: ticket.isConfirming ?? key !== null,
  }
  const upload = await within(bucket, () => {
    if (key === null) return bucket.find('upload' in ticket.target ? ticket.target.upload : '')
    const { type: contentType, size } = described
    return bucket.begin({
      key,
      contentType,
      size,
      fields: ticket.fields ?? {},
      attributes: asAttributes(sender),
    })
  })
  requireSize(described.size, upload.limits.sizeMax)
  const told = await describedBy(door, upload, sender)
  return key === null ? goingOn(door, told, described.size) : { upload: told, offset: 0 }
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

import type { JsonObject } from '../../../core/model/json.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { randomHex } from '../../../core/random.ts'
import type { Exchange } from '../../../http/types.ts'
import { checkTicket, unauthorized } from '../auth/ticket.ts'
import { ResumableError } from '../errors.ts'
import { type Described, targetOf } from '../model/target.ts'
import { headerOf } from '../wire/tus.ts'
import type { Door } from './call.ts'

/** Begins an upload for who has a ticket. `kept` stays with the upload. Errors: 400, 401, 403, 404, 413, 415. */
export async function begin(
  { core, accounts, options }: Door,
  exchange: Exchange,
  described: Described,
  kept: JsonObject,
): Promise<Upload> {
  const now = core.clock.now()
  const { guesses } = exchange
  const { account, key: signer, ticket } = checkTicket(ticketOf(exchange), accounts, { guesses, now })
  exchange.identified(account.id)
  const ref = randomHex(core.random, 16)
  const target = targetOf(ticket, described, { fresh: ref, sizeMax: options.sizeMax })
  const { bucket, key, name, contentType, sizeMax } = target
  if ((await core.buckets.find({ account: account.id, bucket })) === null)
    throw new ResumableError(404, `there is no bucket ${ticket.bucket}`)
  return core.uploads.begin({
    ...{ account: account.id, bucket, key, ref },
    limits: {
      ...{ partNumberMin: 1, partNumberMax: 1, partSizeMin: 0, partSizeMax: 0, sizeMax },
      ...(described.size === null ? {} : { sizeNamed: described.size }),
    },
    attributes: { ...kept, ticketKey: signer.accessKey, name, contentType },
    expiresAt: now + options.ttlS * 1000,
  })
}

/** As a header of its own, so that Authorization stays free for a proxy; as a bearer token; or in the URL. Errors: 401. */
function ticketOf({ request, query }: Exchange): string {
  const [, bearer = null] = /^Bearer +(\S+)$/i.exec(headerOf(request, 'authorization') ?? '') ?? []
  const ticket =
    headerOf(request, 'upload-ticket') ?? bearer ?? query.find(([name]) => name === 'ticket')?.[1]
  if (ticket === undefined) throw unauthorized('an upload ticket is needed')
  return ticket
}

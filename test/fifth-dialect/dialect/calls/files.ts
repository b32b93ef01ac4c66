import { announcedLength, bodyStream } from '../../../../src/http/body.ts'
import { servable, serveObject } from '../../../../src/http/serve-object.ts'
import type { Reply } from '../../../../src/http/types.ts'
import { FifthDialectError } from '../errors.ts'
import { json } from '../wire/answers.ts'
import { bucketOf, type Call } from './call.ts'

/** Keeps a file; the last one of a name stays. */
export async function put({ core, options, exchange, caller }: Call): Promise<Reply> {
  const length = announcedLength(exchange)
  const staged = await core.staging.receive(bodyStream(exchange), {
    ...{ sizeMax: options.sizeMax, digests: ['md5'] },
    ...(length === null ? {} : { sizeExpected: length }),
  })
  const name = exchange.params.name ?? ''
  const contentType = exchange.request.headers['content-type'] ?? null
  const traits = { name, kind: 'file', status: '', contentType, media: null, attributes: {} }
  await core.objects.put({
    ...{ account: caller.account.id, bucket: bucketOf(caller), key: name },
    ...{ staged, traits, conflict: 'overwrite' },
  })
  return json(201, { name, greeting: options.greeting })
}

/** Gives a file back. Errors: 404. */
export async function get({ core, exchange, caller }: Call): Promise<Reply> {
  const at = { account: caller.account.id, bucket: bucketOf(caller), key: exchange.params.name ?? '' }
  const object = await core.objects.find(at)
  if (object === null) throw new FifthDialectError(404, 'no such file')
  return serveObject(exchange, servable(core.objects, object), { 'x-content-type-options': 'nosniff' })
}

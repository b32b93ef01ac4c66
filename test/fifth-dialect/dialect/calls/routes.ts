import { type BucketName, bucketName } from '../../../../src/core/model/buckets.ts'
import type { DialectContext } from '../../../../src/dialects/dialect.ts'
import { announcedLength, bodyStream } from '../../../../src/http/body.ts'
import { servable, serveObject } from '../../../../src/http/serve-object.ts'
import type { Exchange, Reply, Route } from '../../../../src/http/types.ts'
import { authenticate, type Caller } from '../auth/authenticate.ts'
import { FifthDialectError } from '../errors.ts'
import type { FifthDialectOptions } from '../options.ts'
import { json } from '../wire/answers.ts'

type Context = DialectContext<FifthDialectOptions>

/** First segment of every path. */
export const FIRST_SEGMENT = 'fifth-dialect'

/** A box's files are its own. */
export const bucketOf = ({ box }: Pick<Caller, 'box'>): BucketName =>
  bucketName('fifth-dialect', `fifth-${box.id}`)

/** PUT and GET of `/fifth-dialect/:box/:name`. */
export const routes = (context: Context): readonly Route[] =>
  Object.entries({ PUT: put, GET: get }).map(([method, handle]) => ({
    ...{ method, path: `/${FIRST_SEGMENT}/:box/:name`, call: method.toLowerCase() },
    handle: (exchange) => handle(context, exchange),
  }))

/** Keeps a file; the last one of a name stays. */
async function put({ core, accounts, options }: Context, exchange: Exchange): Promise<Reply> {
  const caller = authenticate(exchange, accounts)
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

async function get({ core, accounts }: Context, exchange: Exchange): Promise<Reply> {
  const caller = authenticate(exchange, accounts)
  const at = { account: caller.account.id, bucket: bucketOf(caller), key: exchange.params.name ?? '' }
  const object = await core.objects.find(at)
  if (object === null) throw new FifthDialectError(404, 'no such file')
  return serveObject(exchange, servable(core.objects, object), { 'x-content-type-options': 'nosniff' })
}

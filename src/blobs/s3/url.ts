/** Where a bucket is, and below which prefix of it. */
export interface S3Location {
  readonly bucket: string
  /** Empty, or ends with a slash. */
  readonly prefix: string
  /** Null for the one that the region names. */
  readonly endpoint: string | null
  /** Null for the one of the usual environment or profile. */
  readonly region: string | null
  /** The bucket stands in the path and not in the host name. */
  readonly isPathStyle: boolean
  /** Parts of an upload may have different sizes. */
  readonly takesUnequalParts: boolean
}

const PARAMETERS: ReadonlySet<string> = new Set(['endpoint', 'region', 'path_style', 'unequal_parts'])
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/
const REGION = /^[A-Za-z0-9-]{1,64}$/
const PREFIX = /^[A-Za-z0-9!_.*'()/-]{0,512}$/

/** Cloudflare's S3 wants all parts of an upload but the last to be of one size. */
const EQUAL_PARTS = /\.r2\.cloudflarestorage\.com$/

/**
 * Reads `s3://bucket/prefix?endpoint=http://host:port&region=r&path_style=true&unequal_parts=true`; all but the bucket may be left out.
 * Throws a plain Error whose message names the part that is wrong and tells no other part.
 */
export function parseS3Url(text: string): S3Location {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.protocol !== 's3:') throw wrong('it has to begin with s3://')
  if (url.username !== '' || url.password !== '') {
    throw wrong('keys do not belong in it; give them by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  }
  if (url.port !== '') throw wrong('a port belongs to the endpoint, not to the bucket')
  if (url.hash !== '') throw wrong('it has a fragment (#)')
  if (!BUCKET.test(url.hostname)) throw wrong('the bucket is not a bucket name')
  const query = readQuery(url.searchParams)
  const endpoint = readEndpoint(query.get('endpoint') ?? null)
  const wantsEqual = endpoint !== null && EQUAL_PARTS.test(new URL(endpoint).hostname)
  return {
    bucket: url.hostname,
    prefix: readPrefix(url.pathname),
    endpoint,
    region: readRegion(query.get('region') ?? null),
    isPathStyle: readSwitch('path_style', query.get('path_style') ?? 'false'),
    takesUnequalParts: readSwitch('unequal_parts', query.get('unequal_parts') ?? String(!wantsEqual)),
  }
}

function readQuery(params: URLSearchParams): ReadonlyMap<string, string> {
  const query = new Map<string, string>()
  for (const [name, value] of params) {
    if (!PARAMETERS.has(name))
      throw wrong(`"${name}" is no parameter of it; there are ${[...PARAMETERS].join(', ')}`)
    if (query.has(name)) throw wrong(`${name} is given twice`)
    query.set(name, value)
  }
  return query
}

function readPrefix(path: string): string {
  const prefix = path.replace(/^\//, '').replace(/\/$/, '')
  const isPlain = prefix === '' || prefix.split('/').every((piece) => !/^\.{0,2}$/.test(piece))
  if (!PREFIX.test(prefix) || !isPlain) {
    throw wrong("the prefix may have letters, digits and !_.*'()- between single slashes")
  }
  return prefix === '' ? '' : `${prefix}/`
}

function readEndpoint(text: string | null): string | null {
  if (text === null) return null
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw wrong('endpoint has to be an http:// or https:// address')
  }
  if (url.username !== '' || url.password !== '') throw wrong('keys do not belong in the endpoint')
  if (url.search !== '' || url.hash !== '') throw wrong('the endpoint has a query or a fragment')
  return url.href.replace(/\/$/, '')
}

function readRegion(text: string | null): string | null {
  if (text !== null && !REGION.test(text)) throw wrong('region is not the name of a region')
  return text
}

function readSwitch(name: string, text: string): boolean {
  if (text !== 'true' && text !== 'false') throw wrong(`${name} has to be true or false`)
  return text === 'true'
}

const wrong = (what: string): Error => new Error(`the address of the S3 store: ${what}`)

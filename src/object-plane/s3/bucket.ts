import type { JsonObject } from '../../core/model/json.ts'
import { headerText } from '../../http/signed-request.ts'
import type { Exchange } from '../../http/types.ts'
import { PlaneError } from '../errors.ts'
import { childrenOf, textIn, xmlTree } from '../xml-tree.ts'
import { invalidArgument, S3Error } from './codes.ts'
import { requireTags } from './tags.ts'

const TAGS_MAX = 50
const OWNERSHIPS = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']
const ACLS = ['private', 'public-read', 'public-read-write', 'authenticated-read']

/**
 * What CreateBucket says: tags are kept, any region is taken, and of owners and lists of access only what is so anyway is taken.
 * Throws S3Error, `xml-malformed`, `not-implemented`.
 */
export function readBucket({ request: { headers } }: Exchange, body: Uint8Array): JsonObject {
  const header = (name: string) => headerText(headers, `x-amz-${name}`)
  if (header('bucket-object-lock-enabled')?.toLowerCase() === 'true')
    throw new PlaneError('not-implemented', 'there are no locks')
  const ownership = header('object-ownership')
  if (ownership !== undefined && !OWNERSHIPS.includes(ownership))
    throw new S3Error('InvalidArgument', `Invalid x-amz-object-ownership header: ${ownership}`, {
      ArgumentName: 'x-amz-object-ownership',
    })
  const acl = header('acl')
  if (acl !== undefined && !ACLS.includes(acl)) throw invalidArgument('', 'x-amz-acl', acl)
  if (acl !== undefined && acl !== 'private') {
    if (ownership !== undefined && ownership !== 'BucketOwnerEnforced')
      throw new PlaneError('not-implemented', 'there are no lists of access')
    throw new S3Error('InvalidBucketAclWithObjectOwnership')
  }
  return body.byteLength === 0 ? {} : readConfiguration(body)
}

function readConfiguration(body: Uint8Array): JsonObject {
  const root = xmlTree(body, 'CreateBucketConfiguration')
  const [set] = childrenOf(root, 'Tags')
  const pairs = (set === undefined ? [] : childrenOf(set, 'Tag')).map(
    (tag) => [textIn(tag, 'Key') ?? '', textIn(tag, 'Value') ?? ''] as const,
  )
  return pairs.length === 0 ? {} : { tagging: requireTags(pairs, TAGS_MAX) }
}

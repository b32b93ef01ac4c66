import { malformed } from './xml-tokens.ts'
import { childrenOf, textIn, xmlTree } from './xml-tree.ts'

/** A key that a client lists to have it deleted. */
export interface DeletedKey {
  readonly key: string
  /** Only if what is there has this entity tag; null whatever it has. */
  readonly etag: string | null
}

const LISTED_MAX = 1000

/**
 * The list of a deletion, in the shape that all clouds took over from S3: `<Delete>` of `<Object>`s with `<Key>`, and perhaps `<Quiet>`.
 * Throws `xml-malformed`, also for more than a thousand.
 */
export function readDeleteXml(body: Uint8Array): {
  readonly listed: readonly DeletedKey[]
  readonly isQuiet: boolean
} {
  const root = xmlTree(body, 'Delete')
  const listed = childrenOf(root, 'Object').map((object): DeletedKey => {
    const key = textIn(object, 'Key') ?? ''
    if (key === '') throw malformed('an object has no key')
    return { key, etag: textIn(object, 'ETag') || null }
  })
  if (listed.length > LISTED_MAX) throw malformed('more than 1000 keys are listed')
  return { listed, isQuiet: textIn(root, 'Quiet')?.trim() === 'true' }
}

import { malformed } from './xml-tokens.ts'
import { childrenOf, textIn, xmlTree } from './xml-tree.ts'

/** A key that a client lists to have it deleted. */
export interface DeletedKey {
  readonly key: string
  /** Only if what is there has this entity tag; null whatever it has. */
  readonly etag: string | null
}

/** What a client lists to have it deleted: 1 to 1000 keys. */
export interface Deletion {
  readonly listed: readonly DeletedKey[]
  /** Whether it wants to be told only what failed. */
  readonly isQuiet: boolean
  /** Keys in the answer are percent-encoded, as those of the list were. */
  readonly isEncoded: boolean
}

const LISTED_MAX = 1000

/**
 * The list of a deletion, in the shape that all clouds took over from S3: `<Delete>` of `<Object>`s with `<Key>`, and perhaps `<Quiet>` and `<EncodingType>`.
 * Throws `xml-malformed`, also for more than a thousand.
 */
export function readDeleteXml(body: Uint8Array): Deletion {
  const root = xmlTree(body, 'Delete')
  const isEncoded = textIn(root, 'EncodingType')?.trim() === 'url'
  const listed = childrenOf(root, 'Object').map((object): DeletedKey => {
    const text = textIn(object, 'Key') ?? ''
    const key = isEncoded ? decoded(text) : text
    if (key === '') throw malformed('an object has no key')
    return { key, etag: textIn(object, 'ETag') || null }
  })
  requireListed(listed)
  return { listed, isEncoded, isQuiet: textIn(root, 'Quiet')?.trim() === 'true' }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw malformed('a key is not percent-encoded')
  }
}

/** Throws `xml-malformed` for more than a thousand. */
export function requireListed(listed: readonly DeletedKey[]): void {
  if (listed.length > LISTED_MAX) throw malformed('more than 1000 keys are listed')
}

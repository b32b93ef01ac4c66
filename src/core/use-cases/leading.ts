import type { Content } from '../model/bytes.ts'
import type { Ports } from '../ports.ts'

/** How long a link to the store can be followed, in seconds: it is made for one answer. */
const LINK_S = 60

export interface LeadOptions {
  /** Answered by the store. */
  readonly contentType: string
  readonly disposition: string
}

/** What is to be read: its bytes, and how many keep it from going. */
export interface Leadable {
  readonly content: Content | null
  readonly holds: number
}

/**
 * A link to the store for the whole of some bytes; null where clients are not led there, and for what is held, is kept with the facts or does not lie in
 * one segment of its own. Whoever follows it reads what no node has checked. Errors: those of the stores.
 */
export async function leadTo(
  { metadata, leads }: Pick<Ports, 'metadata' | 'leads'>,
  { content, holds }: Leadable,
  { contentType, disposition }: LeadOptions,
): Promise<string | null> {
  if (leads === undefined || content === null || content.size === 0 || holds > 0) return null
  const { blob, size } = content
  const extents = await metadata.listExtents({ blob, offset: 0, limit: 2 })
  const [extent] = extents
  const isWhole = extents.length === 1 && extent?.offset === 0 && extent.size === size
  if (!isWhole || extent.inline !== null) return null
  return await leads.presignGet(extent.segment, { expiresS: LINK_S, contentType, disposition })
}

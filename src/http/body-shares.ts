/** Whose body it is: an account whose call it is by proof, else an address. */
export interface BodyOwner {
  readonly key: string
  readonly isProven: boolean
}

export const bodyOwner = (key: string, isProven: boolean): BodyOwner => ({ key, isProven })

/** Who has how much of the room for bodies. */
export interface Shares {
  heldBy(key: string): number
  /** Whether those who have proven who they are have no more than half of the room. */
  isProvenShort(): boolean
}

interface Wanted {
  readonly owner: BodyOwner
  readonly size: number
}

/** After so long a body gives way to those of others. What is small, or comes quickly, is there before. */
const UNPROVEN_MS = 1000
const PROVEN_MS = 5000

/** What one may have at most half of the room of: an account, or all together who have not proven who they are. */
export const shareOf = ({ key, isProven }: BodyOwner): string => (isProven ? key : '')

/** Who comes next, but for those whose share is used up: of the half that has too little, the one whose owner has least; of several, who came first. */
export function nextOf<T extends Wanted>(
  waiting: Iterable<T>,
  shares: Shares,
  usedUp: ReadonlySet<string>,
): T | null {
  const isProvenFirst = shares.isProvenShort()
  const rank = ({ owner }: Wanted): readonly [number, number] => [
    owner.isProven === isProvenFirst ? 0 : 1,
    shares.heldBy(owner.key),
  ]
  let first: T | null = null
  let firstRank: readonly [number, number] = [2, 0]
  for (const each of waiting) {
    if (usedUp.has(shareOf(each.owner))) continue
    const [half, held] = rank(each)
    if (half > firstRank[0] || (half === firstRank[0] && held >= firstRank[1])) continue
    first = each
    firstRank = [half, held]
  }
  return first
}

/**
 * Whether a body that still comes in gives way to one that waits for room. It is older than it may be, and its owner has more than the other one
 * would have. Who has proven who he is has a half of the room for himself: there, others give way to him and he to none of them.
 */
export function isGivenWay(
  { owner, size }: Wanted,
  body: { readonly owner: BodyOwner; readonly ageMs: number },
  shares: Shares,
): boolean {
  if (body.ageMs < (body.owner.isProven ? PROVEN_MS : UNPROVEN_MS)) return false
  if (owner.isProven !== body.owner.isProven && shares.isProvenShort()) return owner.isProven
  return shares.heldBy(body.owner.key) > shares.heldBy(owner.key) + size
}

/** Whether a body of the one owner gives way sooner than one of the other. */
export function isSooner(one: BodyOwner, other: BodyOwner, shares: Shares): boolean {
  if (one.isProven !== other.isProven) return other.isProven === shares.isProvenShort()
  return shares.heldBy(one.key) > shares.heldBy(other.key)
}

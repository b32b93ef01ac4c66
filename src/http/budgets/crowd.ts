/** A connection, as those see it who decide which may stay. */
export interface Member {
  /** Whose budget it is on; null for a trusted proxy, which brings connections of many. */
  readonly client: string | null
  /** Ends it at once. */
  close(): void
}

export interface CrowdLimits {
  /** At a time; 0 for no limit. */
  readonly connectionsMax: number
  /** Of one address at a time; 0 for no limit. */
  readonly addressConnectionsMax: number
  /** Of one address, in a TLS handshake, at a time; 0 for no limit. */
  readonly addressHandshakesMax: number
  /** Connections beyond the limits that may still ask whether the server is well, and are told that it is full. */
  readonly reservedMax: number
}

/** Why a connection does no work: the limit that it is beyond. */
export type Beyond = 'connections' | 'address.connections'

/** When to come again while there are too many connections: nobody knows, so soon. */
export const FULL_RETRY_MS = 1000

/** `new`: nothing was asked yet. `securing`: the same, within its TLS handshake. `idle`: between two requests. */
type Phase = 'securing' | 'new' | 'idle' | 'busy'

interface Standing {
  phase: Phase
  since: number
  beyond: Beyond | null
}

type Waiting = Exclude<Phase, 'busy'>

/** The connections of one address, and which of them wait for it, the oldest first. */
interface Group {
  count: number
  readonly waiting: Readonly<Record<Waiting, Set<Member>>>
}

/** Of so many that have waited longest, the one of the address with the most connections goes. */
const LOOKED_AT = 64

/** Connections that are ended for their age in one go. */
const ENDED_AT_ONCE = 64

/**
 * Which connections may stay. Where there are too many, one goes that waits for its client: of the address that has too many, or of
 * the one that has most. What has a request under way is never ended. Where all have one, the newcomer is beyond the limit.
 */
export class Crowd {
  readonly #limits: CrowdLimits
  readonly #members = new Map<Member, Standing>()
  readonly #groups = new Map<string, Group>()
  readonly #waiting = waitingSets()
  readonly #reserved = new Set<Member>()

  constructor(limits: CrowdLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#members.size
  }

  /** Takes a connection in that was just accepted, at the cost of others if need be. */
  enter(member: Member, phase: 'securing' | 'new', now: number): void {
    const beyond = this.#makeRoom(member.client, phase)
    this.#members.set(member, { phase, since: now, beyond })
    if (beyond === null) {
      this.#join(member, phase)
      return
    }
    this.#reserved.add(member)
    const [oldest] = this.#reserved
    if (this.#reserved.size > this.#limits.reservedMax && oldest !== undefined) this.#end(oldest)
  }

  /** Something is asked on it. */
  busy(member: Member): void {
    const standing = this.#members.get(member)
    if (standing === undefined || standing.phase === 'busy') return
    this.#setWaiting(member, standing, 'busy')
  }

  /** It waits for its client from now on. */
  wait(member: Member, phase: 'new' | 'idle', now: number): void {
    const standing = this.#members.get(member)
    if (standing === undefined) return
    // The end of a handshake does not begin the time for the first request anew.
    if (standing.phase !== 'securing') standing.since = now
    this.#setWaiting(member, standing, phase)
  }

  /** The limit that it is beyond; null: none. */
  beyond(member: Member): Beyond | null {
    return this.#members.get(member)?.beyond ?? null
  }

  /** It is closed. Repeating it is fine. */
  leave(member: Member): void {
    const standing = this.#members.get(member)
    if (standing === undefined) return
    this.#members.delete(member)
    if (this.#reserved.delete(member)) return
    if (standing.phase !== 'busy') this.#waiting[standing.phase].delete(member)
    const group = this.#groupOf(member)
    if (group === null || member.client === null) return
    if (standing.phase !== 'busy') group.waiting[standing.phase].delete(member)
    group.count -= 1
    if (group.count === 0) this.#groups.delete(member.client)
  }

  /**
   * Ends what waits for its first request since before `askedBy`, or for its next one since before `idleBy`, but no more than some at a time:
   * to close thousands would hold everybody up. Returns whether there may be more.
   */
  endOld({ askedBy, idleBy }: { readonly askedBy: number; readonly idleBy: number }): boolean {
    const { securing, new: fresh, idle } = this.#waiting
    let left = ENDED_AT_ONCE
    for (const [set, by] of [
      [securing, askedBy],
      [fresh, askedBy],
      [this.#reserved, askedBy],
      [idle, idleBy],
    ] as const) {
      for (const member of set) {
        const standing = this.#members.get(member)
        if (standing === undefined || standing.since > by || standing.phase === 'busy') continue
        if (left === 0) return true
        this.#end(member)
        left -= 1
      }
    }
    return false
  }

  #join(member: Member, phase: Waiting): void {
    this.#waiting[phase].add(member)
    if (member.client === null) return
    const group = this.#groups.get(member.client) ?? { count: 0, waiting: waitingSets() }
    this.#groups.set(member.client, group)
    group.count += 1
    group.waiting[phase].add(member)
  }

  /** The limit that stays broken whoever goes; null where there is room for one more. */
  #makeRoom(client: string | null, phase: Waiting): Beyond | null {
    const { connectionsMax, addressConnectionsMax, addressHandshakesMax } = this.#limits
    const group = client === null ? undefined : this.#groups.get(client)
    if (group !== undefined) {
      const { securing, new: fresh, idle } = group.waiting
      const isAllSecuring = addressHandshakesMax > 0 && securing.size >= addressHandshakesMax
      if (phase === 'securing' && isAllSecuring) this.#endOldest([securing])
      const isOver = addressConnectionsMax > 0 && group.count >= addressConnectionsMax
      if (isOver && !this.#endOldest([securing, fresh, idle])) return 'address.connections'
    }
    const isFull = connectionsMax > 0 && this.#members.size - this.#reserved.size >= connectionsMax
    return isFull && !this.#endGreediest() ? 'connections' : null
  }

  #endOldest(sets: readonly ReadonlySet<Member>[]): boolean {
    const oldest = sets
      .find((set) => set.size > 0)
      ?.values()
      .next().value
    if (oldest !== undefined) this.#end(oldest)
    return oldest !== undefined
  }

  #endGreediest(): boolean {
    const { securing, new: fresh, idle } = this.#waiting
    const found = this.#greediestOf(securing) ?? this.#greediestOf(fresh) ?? this.#greediestOf(idle)
    if (found !== null) this.#end(found)
    return found !== null
  }

  #greediestOf(set: ReadonlySet<Member>): Member | null {
    let best: Member | null = null
    let bestCount = -1
    let looked = 0
    for (const member of set) {
      if (looked === LOOKED_AT) break
      looked += 1
      const count = this.#groupOf(member)?.count ?? 0
      if (count <= bestCount) continue
      best = member
      bestCount = count
    }
    return best
  }

  #end(member: Member): void {
    this.leave(member)
    member.close()
  }

  #groupOf({ client }: Member): Group | null {
    return client === null ? null : (this.#groups.get(client) ?? null)
  }

  #setWaiting(member: Member, standing: Standing, phase: Phase): void {
    const before = standing.phase
    standing.phase = phase
    if (standing.beyond !== null) return
    const group = this.#groupOf(member)
    for (const waiting of [this.#waiting, group?.waiting]) {
      if (before !== 'busy') waiting?.[before].delete(member)
      if (phase !== 'busy') waiting?.[phase].add(member)
    }
  }
}

const waitingSets = (): Readonly<Record<Waiting, Set<Member>>> => ({
  securing: new Set(),
  new: new Set(),
  idle: new Set(),
})

import { BodyRoom, type RoomKeeper } from './body-room.ts'
import { type BodyOwner, isGivenWay, isSooner, nextOf, type Shares } from './body-shares.ts'
import type { Ticks } from './budgets/meter.ts'
import { RequestFault, ThrottledFault } from './faults.ts'

export interface BodyRoomLimits {
  /** Bytes of all bodies together that are kept in memory. */
  readonly bufferedSizeMax: number
  /** How long a body waits for room. After half of it, bodies that were there before give way. */
  readonly bufferedWaitMs: number
}

interface Waiter {
  readonly room: BodyRoom
  readonly owner: BodyOwner
  readonly size: number
  /** Takes the room, and goes on. */
  admit(): void
  /** Ends the waiting. */
  refuse(fault: unknown): void
}

/** How often it is looked whether a body has become old enough to give way. */
const LOOK_MS = 250

/**
 * The budget of memory for bodies that are kept whole. Of those who wait, the one is first whose owner has least, and then who came
 * first. Where there is no room, bodies of those who have more give way once they are slow (`body-shares.ts`).
 */
export class BodyRooms implements RoomKeeper {
  readonly #limits: BodyRoomLimits
  readonly #now: Ticks
  readonly #waiting = new Set<Waiter>()
  /** Those whose body still comes in, in the order of coming, and since when. */
  readonly #receiving = new Map<BodyRoom, number>()
  readonly #heldBy = new Map<string, number>()
  #used = 0
  #provenSize = 0
  #isLooking = false
  #again: NodeJS.Timeout | null = null

  constructor(limits: BodyRoomLimits, now: Ticks) {
    this.#limits = limits
    this.#now = now
  }

  /** Bytes that are taken. */
  get used(): number {
    return this.#used
  }

  /**
   * Nothing is taken yet. `giveWay` ends the body of a call that holds room for too long while others wait. `owner` is asked when
   * room is first taken.
   */
  open(signal: AbortSignal, giveWay: (fault: RequestFault) => void, owner: () => BodyOwner): BodyRoom {
    return new BodyRoom(this, signal, giveWay, owner)
  }

  async take(room: BodyRoom, size: number, signal: AbortSignal): Promise<void> {
    if (size > this.#limits.bufferedSizeMax) throw tooLarge()
    if (this.#waiting.size > 0 || !this.#hasRoomFor(size)) await this.#wait(room, size, signal)
    else this.#admit(room, size)
  }

  give(room: BodyRoom, size: number): void {
    this.#count(room, -size)
    if (room.held === 0) this.#receiving.delete(room)
    this.#next()
  }

  settle(room: BodyRoom): void {
    this.#receiving.delete(room)
  }

  forget(room: BodyRoom, fault: RequestFault): void {
    for (const waiter of [...this.#waiting].filter((each) => each.room === room)) waiter.refuse(fault)
  }

  #hasRoomFor(size: number): boolean {
    return this.#used + size <= this.#limits.bufferedSizeMax
  }

  #admit(room: BodyRoom, size: number): void {
    this.#count(room, size)
    if (!room.isSettled && !this.#receiving.has(room)) this.#receiving.set(room, this.#now())
  }

  #count(room: BodyRoom, size: number): void {
    const { key, isProven } = room.owner
    const held = (this.#heldBy.get(key) ?? 0) + size
    if (held === 0) this.#heldBy.delete(key)
    else this.#heldBy.set(key, held)
    this.#used += size
    if (isProven) this.#provenSize += size
    room.held += size
  }

  #wait(room: BodyRoom, size: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason)
    const { bufferedWaitMs } = this.#limits
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        ...{ room, size, owner: room.owner },
        admit: () => {
          end()
          this.#admit(room, size)
          resolve()
        },
        refuse: (fault) => {
          end()
          reject(fault)
          this.#next()
        },
      }
      const before = [...this.#receiving.keys()]
      const halfTime = setTimeout(() => this.#clear(before, waiter), bufferedWaitMs / 2)
      const fullTime = setTimeout(() => waiter.refuse(this.#full()), bufferedWaitMs)
      const onGone = () => waiter.refuse(signal.reason)
      const end = () => {
        clearTimeout(halfTime)
        clearTimeout(fullTime)
        signal.removeEventListener('abort', onGone)
        this.#waiting.delete(waiter)
      }
      signal.addEventListener('abort', onGone)
      this.#waiting.add(waiter)
      this.#next()
    })
  }

  /** Ends bodies that held room when this one began to wait and are still not there, until it has room. */
  #clear(before: readonly BodyRoom[], waiter: Waiter): void {
    for (const room of before) {
      if (!this.#waiting.has(waiter) || this.#hasRoomFor(waiter.size)) return
      const { key, isProven } = room.owner
      const isItsTurn = !isProven || key === waiter.owner.key
      if (isItsTurn && this.#receiving.has(room) && room !== waiter.room) room.endBody(this.#full())
    }
  }

  /** Lets in who may come in now, and looks again for as long as somebody waits. */
  #next(): void {
    // Bodies that give way here, or go, call this again.
    if (this.#isLooking) return
    this.#isLooking = true
    const shares = this.#shares()
    for (let first = nextOf(this.#waiting, shares); first !== null; first = nextOf(this.#waiting, shares)) {
      const isThere = this.#hasRoomFor(first.size)
      const slow = isThere ? null : this.#slowFor(first, shares)
      if (isThere) first.admit()
      else if (slow !== null) slow.endBody(this.#full())
      else break
    }
    this.#isLooking = false
    if (this.#waiting.size > 0) this.#again ??= setTimeout(this.#lookAgain, LOOK_MS).unref()
  }

  readonly #lookAgain = (): void => {
    this.#again = null
    this.#next()
  }

  /** The body that gives way to this one; null where none has to. */
  #slowFor(waiter: Waiter, shares: Shares): BodyRoom | null {
    const now = this.#now()
    let found: BodyRoom | null = null
    for (const [room, since] of this.#receiving) {
      if (room !== waiter.room && isGivenWay(waiter, { owner: room.owner, ageMs: now - since }, shares))
        if (found === null || isSooner(room.owner, found.owner, shares)) found = room
    }
    return found
  }

  #shares(): Shares {
    return {
      heldBy: (key) => this.#heldBy.get(key) ?? 0,
      isProvenShort: () => this.#provenSize <= this.#limits.bufferedSizeMax / 2,
    }
  }

  #full(): ThrottledFault {
    return new ThrottledFault('buffered_bytes_max', this.#limits.bufferedWaitMs / 2)
  }
}

const tooLarge = (): RequestFault =>
  new RequestFault('body-too-large', 'the body is larger than all room for bodies (buffered_bytes_max)')

import type { Ticks } from '../core/clock.ts'
import { BodyRoom, type RoomKeeper, type RoomUser } from './body-room.ts'
import { type BodyOwner, isGivenWay, isSooner, nextOf, type Shares, shareOf } from './body-shares.ts'
import { RequestFault, ThrottledFault } from './faults.ts'

export interface BodyRoomLimits {
  /** Bytes of all bodies together that are kept in memory. */
  readonly bufferedSizeMax: number
  /** How long a body waits for room. After half of it, slow bodies give way. */
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
 * The budget of memory for bodies that are kept whole. Nobody has more than half of it, where one body is not more: an account, or all
 * those together who have not proven whose they are. Of those who wait, who has least is served first, and then who came first. Slow bodies
 * of who has more give way (`body-shares.ts`).
 */
export class BodyRooms implements RoomKeeper {
  readonly #limits: BodyRoomLimits
  readonly #now: Ticks
  readonly #waiting = new Set<Waiter>()
  /** Those whose body still comes in, in the order of coming, and since when. */
  readonly #receiving = new Map<BodyRoom, number>()
  readonly #usedBy = new Map<string, number>()
  readonly #shares: Shares = {
    heldBy: (key) => this.#usedBy.get(key) ?? 0,
    isProvenShort: () => this.#provenSize <= this.#limits.bufferedSizeMax / 2,
  }
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

  /** Nothing is taken yet. */
  open(user: RoomUser): BodyRoom {
    return new BodyRoom(this, user)
  }

  async take(room: BodyRoom, size: number, signal: AbortSignal): Promise<void> {
    if (size > this.#limits.bufferedSizeMax) throw tooLarge()
    if (this.#waiting.size > 0 || !this.#fits(room, size)) await this.#wait(room, size, signal)
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

  forget(room: BodyRoom, fault: () => RequestFault): void {
    if (this.#waiting.size === 0) return
    for (const waiter of [...this.#waiting].filter((each) => each.room === room)) waiter.refuse(fault())
  }

  #fits(room: BodyRoom, size: number): boolean {
    return this.#hasRoom(size) && this.#hasShare(room, size)
  }

  #hasRoom(size: number): boolean {
    return this.#used + size <= this.#limits.bufferedSizeMax
  }

  #hasShare({ owner: { key, isProven } }: BodyRoom, size: number): boolean {
    const used = isProven ? this.#shares.heldBy(key) : this.#used - this.#provenSize
    return used === 0 || used + size <= this.#limits.bufferedSizeMax / 2
  }

  #count(room: BodyRoom, size: number): void {
    const { key, isProven } = room.owner
    const used = this.#shares.heldBy(key) + size
    if (used === 0) this.#usedBy.delete(key)
    else this.#usedBy.set(key, used)
    this.#used += size
    if (isProven) this.#provenSize += size
    room.held += size
  }

  #admit(room: BodyRoom, size: number): void {
    this.#count(room, size)
    if (!room.isSettled && !this.#receiving.has(room)) this.#receiving.set(room, this.#now())
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
      const halfTime = setTimeout(() => this.#clear(waiter, before), bufferedWaitMs / 2)
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

  /** Ends bodies that held room when somebody began to wait and are still not there, until there is room for who waits. */
  #clear(waiter: Waiter, before: readonly BodyRoom[]): void {
    for (const room of before) {
      if (!this.#waiting.has(waiter) || this.#fits(waiter.room, waiter.size)) return
      if (this.#helps(room, waiter)) room.endBody(this.#full())
    }
  }

  /** Whether it would make room for this one if the body ended. */
  #helps(room: BodyRoom, { room: waiting, size, owner }: Waiter): boolean {
    if (room === waiting || !this.#receiving.has(room)) return false
    return shareOf(room.owner) === shareOf(owner) || !this.#hasRoom(size)
  }

  /** Lets in who may come in now. Who has used up a share is passed by; who waits for room is not. */
  #next(): void {
    // Bodies that give way here, or go, call this again.
    if (this.#isLooking) return
    this.#isLooking = true
    const usedUp = new Set<string>()
    const next = () => nextOf(this.#waiting, this.#shares, usedUp)
    for (let first = next(); first !== null; first = next()) {
      const fits = this.#fits(first.room, first.size)
      const slow = fits ? null : this.#slowFor(first)
      if (fits) first.admit()
      else if (slow !== null) slow.endBody(this.#full())
      else if (this.#hasRoom(first.size)) usedUp.add(shareOf(first.owner))
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
  #slowFor(waiter: Waiter): BodyRoom | null {
    const now = this.#now()
    let found: BodyRoom | null = null
    for (const [room, since] of this.#receiving) {
      const body = { owner: room.owner, ageMs: now - since }
      if (!this.#helps(room, waiter) || !isGivenWay(waiter, body, this.#shares)) continue
      if (found === null || isSooner(room.owner, found.owner, this.#shares)) found = room
    }
    return found
  }

  #full(): ThrottledFault {
    return new ThrottledFault('buffered_bytes_max', this.#limits.bufferedWaitMs / 2)
  }
}

const tooLarge = (): RequestFault =>
  new RequestFault('body-too-large', 'the body is larger than all room for bodies (buffered_bytes_max)')

import { RequestFault, ThrottledFault } from './faults.ts'

export interface BodyRoomLimits {
  /** Bytes of all bodies together that are kept in memory. */
  readonly bufferedSizeMax: number
  /** How long a body waits for room. After half of it, slow bodies give way. */
  readonly bufferedWaitMs: number
}

interface Waiter {
  readonly room: BodyRoom
  readonly size: number
  /** Takes the room, and goes on. */
  admit(): void
  /** Ends the waiting. */
  refuse(fault: unknown): void
}

/**
 * The budget of memory for bodies that are kept whole. Nobody has more than half of it, where one body is not more: an account, or all
 * those together who have not proven whose they are. Who comes first is served first.
 */
export class BodyRooms {
  readonly #limits: BodyRoomLimits
  readonly #waiting: Waiter[] = []
  /** Those whose body still comes in, in the order of coming. */
  readonly #receiving = new Set<BodyRoom>()
  readonly #usedBy = new Map<string, number>()
  #used = 0

  constructor(limits: BodyRoomLimits) {
    this.#limits = limits
  }

  /** Bytes that are taken. */
  get used(): number {
    return this.#used
  }

  /** Nothing is taken yet. */
  open(user: RoomUser): BodyRoom {
    return new BodyRoom(this, user)
  }

  /** For `BodyRoom` alone. Faults: `body-too-large`, `throttled`, and the signal's reason. */
  async take(room: BodyRoom, size: number, signal: AbortSignal): Promise<void> {
    if (size > this.#limits.bufferedSizeMax) throw tooLarge()
    if (this.#waiting.length > 0 || !this.#fits(room, size)) await this.#wait(room, size, signal)
    else this.#admit(room, size)
  }

  /** For `BodyRoom` alone. */
  give(room: BodyRoom, size: number): void {
    this.#count(room, -size)
    if (room.held === 0) this.#receiving.delete(room)
    this.#next()
  }

  /** For `BodyRoom` alone. */
  settle(room: BodyRoom): void {
    this.#receiving.delete(room)
  }

  /** For `BodyRoom` alone: what it waits for is refused. */
  forget(room: BodyRoom, fault: RequestFault): void {
    for (const waiter of this.#waiting.filter((each) => each.room === room)) waiter.refuse(fault)
  }

  #fits(room: BodyRoom, size: number): boolean {
    return this.#hasRoom(size) && this.#hasShare(room, size)
  }

  #hasRoom(size: number): boolean {
    return this.#used + size <= this.#limits.bufferedSizeMax
  }

  #hasShare({ who }: BodyRoom, size: number): boolean {
    const used = this.#usedBy.get(who) ?? 0
    return used === 0 || used + size <= this.#limits.bufferedSizeMax / 2
  }

  #count(room: BodyRoom, size: number): void {
    const used = (this.#usedBy.get(room.who) ?? 0) + size
    if (used === 0) this.#usedBy.delete(room.who)
    else this.#usedBy.set(room.who, used)
    this.#used += size
    room.held += size
  }

  #admit(room: BodyRoom, size: number): void {
    this.#count(room, size)
    if (!room.isSettled) this.#receiving.add(room)
  }

  #wait(room: BodyRoom, size: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason)
    const { bufferedWaitMs } = this.#limits
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        ...{ room, size },
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
      const before = [...this.#receiving]
      const halfTime = setTimeout(() => this.#clear(waiter, before), bufferedWaitMs / 2)
      const fullTime = setTimeout(() => waiter.refuse(this.#full()), bufferedWaitMs)
      const onGone = () => waiter.refuse(signal.reason)
      const end = () => {
        clearTimeout(halfTime)
        clearTimeout(fullTime)
        signal.removeEventListener('abort', onGone)
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
      }
      signal.addEventListener('abort', onGone)
      this.#waiting.push(waiter)
      this.#next()
    })
  }

  /** Ends bodies that held room when somebody began to wait and are still not there, until there is room for who waits. */
  #clear({ room: waiting, size }: Waiter, before: readonly BodyRoom[]): void {
    for (const room of before) {
      if (this.#fits(waiting, size)) return
      const helps = !this.#hasRoom(size) || room.who === waiting.who
      if (helps && room !== waiting && this.#receiving.has(room)) room.endBody(this.#full())
    }
  }

  /** Who has used up a share is passed by; who waits for room is not. */
  #next(): void {
    for (const waiter of [...this.#waiting]) {
      if (!this.#hasRoom(waiter.size)) return
      if (this.#hasShare(waiter.room, waiter.size)) waiter.admit()
    }
  }

  #full(): ThrottledFault {
    return new ThrottledFault('buffered_bytes_max', this.#limits.bufferedWaitMs / 2)
  }
}

/** The call that a room is for. */
export interface RoomUser {
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
  /** Ends the body, which holds room for too long while others wait. */
  giveWay(fault: RequestFault): void
  /** Whose share is used: an account's where it is proven, or that of all others. */
  who(): string
}

/** What one call keeps of its body in memory. */
export class BodyRoom {
  /** Bytes that are taken; changed by `BodyRooms` alone. */
  held = 0
  /** Whether it may keep what it has for as long as the call takes. */
  isSettled = false
  /** Whose share is used, from the first time that some is taken. */
  who = ''
  readonly #rooms: BodyRooms
  readonly #user: RoomUser
  #isClosed = false

  constructor(rooms: BodyRooms, user: RoomUser) {
    this.#rooms = rooms
    this.#user = user
  }

  /**
   * Takes room for so many more bytes, before they are read. Waits for it, for a bounded time. Faults: `throttled` when there was
   * none, `body-too-large` for more than all that there is, `body-truncated` when the client went away.
   */
  async take(size: number): Promise<void> {
    if (size === 0 || this.#isClosed) return
    if (this.held === 0) this.who = this.#user.who()
    await this.#rooms.take(this, size, this.#user.signal)
  }

  /** Gives so many bytes back. */
  give(size: number): void {
    if (size === 0 || this.#isClosed) return
    this.#rooms.give(this, size)
  }

  /** What had to be kept is all there: it need not give way to others any more. */
  settle(): void {
    this.isSettled = true
    this.#rooms.settle(this)
  }

  /** The body gives way to others: all that it holds is free. */
  endBody(fault: RequestFault): void {
    this.#user.giveWay(fault)
    this.close(fault)
  }

  /** The call is over: gives all back. */
  close(fault: RequestFault = new RequestFault('body-truncated', 'the call is over')): void {
    this.give(this.held)
    this.#isClosed = true
    this.#rooms.forget(this, fault)
  }
}

const tooLarge = (): RequestFault =>
  new RequestFault('body-too-large', 'the body is larger than all room for bodies (buffered_bytes_max)')

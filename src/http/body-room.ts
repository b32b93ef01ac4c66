import type { BodyOwner } from './body-shares.ts'
import { RequestFault } from './faults.ts'

/** Who has the room for all bodies (`BodyRooms`). */
export interface RoomKeeper {
  /** Faults: `body-too-large`, `throttled`, and the signal's reason. */
  take(room: BodyRoom, size: number, signal: AbortSignal): Promise<void>
  give(room: BodyRoom, size: number): void
  /** It need not give way any more. */
  settle(room: BodyRoom): void
  /** What it waits for is refused. */
  forget(room: BodyRoom, fault: () => RequestFault): void
}

/** The call that a room is for. */
export interface RoomUser {
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
  /** Ends the body, which holds room for too long while others wait. */
  giveWay(fault: RequestFault): void
  owner(): BodyOwner
}

/** What one call keeps of its body in memory. */
export class BodyRoom {
  /** Bytes that are taken; changed by its keeper alone. */
  held = 0
  /** Whether it may keep what it has for as long as the call takes. */
  isSettled = false
  /** Whose share is used, from the first time that some is taken. */
  owner: BodyOwner = { key: '', isProven: false }
  readonly #keeper: RoomKeeper
  readonly #user: RoomUser
  #isClosed = false

  constructor(keeper: RoomKeeper, user: RoomUser) {
    this.#keeper = keeper
    this.#user = user
  }

  /**
   * Takes room for so many more bytes, before they are read. Waits for it, for a bounded time. Faults: `throttled` when there was
   * none, `body-too-large` for more than all that there is, `body-truncated` when the client went away.
   */
  async take(size: number): Promise<void> {
    if (size === 0 || this.#isClosed) return
    if (this.held === 0) this.owner = this.#user.owner()
    await this.#keeper.take(this, size, this.#user.signal)
  }

  /** Gives so many bytes back. */
  give(size: number): void {
    if (size === 0 || this.#isClosed) return
    this.#keeper.give(this, size)
  }

  /** What had to be kept is all there: it need not give way to others any more. */
  settle(): void {
    this.isSettled = true
    this.#keeper.settle(this)
  }

  /** The body gives way to others: all that it holds is free. */
  endBody(fault: RequestFault): void {
    this.#user.giveWay(fault)
    this.close(() => fault)
  }

  /** The call is over: gives all back. */
  close(fault: () => RequestFault = isOver): void {
    if (this.#isClosed) return
    // What it waits for goes first: or else the room that is given back here could be given to it again.
    this.#isClosed = true
    this.#keeper.forget(this, fault)
    if (this.held > 0) this.#keeper.give(this, this.held)
  }
}

const isOver = (): RequestFault => new RequestFault('body-truncated', 'the call is over')

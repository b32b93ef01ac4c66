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
  forget(room: BodyRoom, fault: RequestFault): void
}

/** What one call keeps of its body in memory. */
export class BodyRoom {
  /** Bytes that are taken; changed by its keeper alone. */
  held = 0
  /** Whether it may keep what it has for as long as the call takes. */
  isSettled = false
  readonly #keeper: RoomKeeper
  readonly #signal: AbortSignal
  readonly #giveWay: (fault: RequestFault) => void
  readonly #ownerNow: () => BodyOwner
  #owner: BodyOwner | null = null
  #isClosed = false

  constructor(
    keeper: RoomKeeper,
    signal: AbortSignal,
    giveWay: (fault: RequestFault) => void,
    owner: () => BodyOwner,
  ) {
    this.#keeper = keeper
    this.#signal = signal
    this.#giveWay = giveWay
    this.#ownerNow = owner
  }

  /** Whoever it was when room was first taken. */
  get owner(): BodyOwner {
    this.#owner ??= this.#ownerNow()
    return this.#owner
  }

  /**
   * Takes room for so many more bytes, before they are read. Waits for it, for a bounded time. Faults: `throttled` when there was
   * none, `body-too-large` for more than all that there is, `body-truncated` when the client went away.
   */
  async take(size: number): Promise<void> {
    if (size > 0 && !this.#isClosed) await this.#keeper.take(this, size, this.#signal)
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
    this.#giveWay(fault)
    this.close(fault)
  }

  /** The call is over: gives all back. */
  close(fault: RequestFault = new RequestFault('body-truncated', 'the call is over')): void {
    if (this.#isClosed) return
    // What it waits for goes first: or else the room that is given back here could be given to it again.
    this.#isClosed = true
    this.#keeper.forget(this, fault)
    if (this.held > 0) this.#keeper.give(this, this.held)
  }
}

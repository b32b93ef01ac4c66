import { CoreError } from '../../core/errors.ts'

/** Someone who gathers bytes in memory that was taken. */
export interface Gatherer {
  /** Gives up the segment and its memory, because others wait and nothing came for long. Does not wait. */
  shed(error: CoreError): void
}

interface Waiting {
  readonly size: number
  /** That of a whole part, which needs no more. */
  readonly sizeWhole: number
  readonly resolve: (buffer: ArrayBuffer) => void
}

/** Kept for the next use: fresh memory costs more than old. */
const SPARE_MAX = 48 * 1024 * 1024

/**
 * The store's memory: buffers that are filled, underway or kept come to at most `sizeMax` bytes. A store takes no parts
 * of less than 5 MiB, so what is half full cannot be handed over early. Therefore `reserve` bytes are only for whole
 * parts of those who have begun: they always finish, one after the other, however many wait with half a part. And while
 * somebody waits, those that no byte came for during `stallMs` are shed.
 */
export class Memory {
  readonly #sizeMax: number
  readonly #reserve: number
  readonly #stallMs: number
  /** Those who have begun, then the others; first come, first served. */
  readonly #growing: Waiting[] = []
  readonly #beginning: Waiting[] = []
  readonly #spares = new Map<number, ArrayBuffer[]>()
  #spareSize = 0
  #used = 0
  /** By how many ticks ago bytes came; in order of their last bytes. */
  readonly #gatherers = new Map<Gatherer, number>()
  #tick = 0
  #timer: NodeJS.Timeout | null = null

  constructor(sizeMax: number, reserve: number, stallMs: number) {
    this.#sizeMax = sizeMax
    this.#reserve = reserve
    this.#stallMs = stallMs
  }

  /** How many bytes are in use. */
  get used(): number {
    return this.#used
  }

  /** Memory of `size` bytes, with old bytes in it, for who has none, once there is room. */
  begin(size: number): Promise<ArrayBuffer> {
    return this.#take(this.#beginning, size, size)
  }

  /** The same for who has some already and keeps it until then. Where that has no room, a whole part may have it. */
  grow(size: number, sizeWhole: number): Promise<ArrayBuffer> {
    return this.#take(this.#growing, size, sizeWhole)
  }

  /** Gives back what `size` bytes were taken for: the buffer, or null where it is lost or may still be read. */
  give(size: number, buffer: ArrayBuffer | null): void {
    this.#used -= size
    if (buffer !== null && this.#spareSize + size <= SPARE_MAX) {
      this.#sparesOf(size).push(buffer)
      this.#spareSize += size
    }
    this.#serve()
  }

  /** Bytes came for the gatherer, whose memory is not full. */
  hold(gatherer: Gatherer): void {
    this.#gatherers.delete(gatherer)
    this.#gatherers.set(gatherer, this.#tick)
  }

  /** The gatherer waits for nobody to send: its memory is full, underway or given back. */
  release(gatherer: Gatherer): void {
    this.#gatherers.delete(gatherer)
  }

  #take(queue: Waiting[], size: number, sizeWhole: number): Promise<ArrayBuffer> {
    return new Promise((resolve) => {
      queue.push({ size, sizeWhole, resolve })
      this.#serve()
    })
  }

  #serve(): void {
    while (this.#serveNext(this.#growing, true));
    while (this.#growing.length === 0 && this.#serveNext(this.#beginning, false));
    this.#trim()
    this.#watch()
  }

  /** Serves the first who waits, if there is room. */
  #serveNext(queue: Waiting[], mayUseReserve: boolean): boolean {
    const [next] = queue
    if (next === undefined) return false
    const free = this.#sizeMax - this.#used
    let { size } = next
    if (size > free - this.#reserve) {
      if (!mayUseReserve || next.sizeWhole > free) return false
      size = next.sizeWhole
    }
    queue.shift()
    this.#used += size
    next.resolve(this.#spare(size) ?? new ArrayBuffer(size))
    return true
  }

  #watch(): void {
    const isWaiting = this.#growing.length + this.#beginning.length > 0
    if (isWaiting && this.#timer === null) {
      this.#timer = setInterval(() => this.#shedIdle(), this.#stallMs).unref()
    } else if (!isWaiting && this.#timer !== null) {
      clearInterval(this.#timer)
      this.#timer = null
    }
  }

  #shedIdle(): void {
    this.#tick += 1
    for (const [gatherer, tick] of this.#gatherers) {
      if (this.#growing.length + this.#beginning.length === 0 || tick + 1 >= this.#tick) return
      this.#gatherers.delete(gatherer)
      gatherer.shed(new CoreError('unavailable', 'too many slow uploads: one that stood still was given up'))
    }
  }

  /** Gives up kept buffers as far as buffers in use need their room. */
  #trim(): void {
    for (const [size, spares] of this.#spares) {
      while (this.#used + this.#spareSize > this.#sizeMax && spares.pop() !== undefined)
        this.#spareSize -= size
    }
  }

  #spare(size: number): ArrayBuffer | null {
    const spare = this.#sparesOf(size).pop()
    if (spare === undefined) return null
    this.#spareSize -= size
    return spare
  }

  #sparesOf(size: number): ArrayBuffer[] {
    const spares = this.#spares.get(size) ?? []
    this.#spares.set(size, spares)
    return spares
  }
}

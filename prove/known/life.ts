import type { SeededRandom } from '../../test/support/seeded.ts'
import type { Door, FileSpec } from './door.ts'

/** What a client knows of its file by the answers that it got. */
export type State =
  | { readonly type: 'none' }
  | { readonly type: 'open'; readonly upload: string; readonly sent: readonly number[] }
  /** `upload` is empty once the file was moved: a repeated completion may tell either name. */
  | { readonly type: 'there'; readonly upload: string; readonly handle: string }
  | { readonly type: 'gone'; readonly handle: string }
  | { readonly type: 'canceled'; readonly upload: string }

/** What it has asked for and got no answer to yet. */
export type Asked =
  | { readonly type: 'nothing' | 'begin' | 'send' | 'complete' | 'remove' | 'cancel' }
  | { readonly type: 'move'; readonly to: string }

/** A file's life as far as it is known; `door` is the place of its door in the list. */
export interface Known {
  readonly life: number
  readonly door: number
  readonly file: FileSpec
  readonly state: State
  readonly asked: Asked
}

export interface LifeOptions {
  readonly life: number
  /** The place of the door in `doors()`, which is asked at each step: the server may have moved. */
  readonly door: number
  readonly doors: () => readonly Door[]
  readonly random: SeededRandom
  /** Hears of each question before it is asked, and of each answer when it is there. */
  readonly tell: (known: Known) => void
  /** Does one step, perhaps several times. Default: once. */
  readonly attempt?: <T>(step: () => Promise<T>) => Promise<T>
}

/** The chance, one of so many, that a step is taken. */
const ONE_OF = { resend: 3, cancel: 8, leave: 8, remove: 3, move: 2 } as const
const SEED_MAX = 2 ** 31

/** Lives one life of a file: begun, sent in any order, some pieces twice; completed, canceled or left; moved, removed or kept. */
export async function liveOne(options: LifeOptions): Promise<State> {
  const life = new Life(options)
  await life.begin()
  await life.sendAll()
  if (!life.chance('leave') && !(life.chance('cancel') && (await life.cancel()))) {
    await life.complete()
    if (life.chance('move')) await life.move()
    if (life.chance('remove')) await life.remove()
  }
  return life.state
}

class Life {
  readonly #options: LifeOptions
  readonly #file: FileSpec
  state: State = { type: 'none' }

  constructor(options: LifeOptions) {
    this.#options = options
    const { life, random } = options
    this.#file = {
      seed: random.int(SEED_MAX),
      name: `life-${life}-${random.int(SEED_MAX).toString(36)}`,
      sizes: this.#door.sizes(random),
    }
  }

  chance(kind: keyof typeof ONE_OF): boolean {
    return this.#options.random.int(ONE_OF[kind]) === 0
  }

  async begin(): Promise<void> {
    await this.#step({ type: 'begin' }, async () => {
      return { type: 'open', upload: await this.#door.begin(this.#file), sent: [] }
    })
  }

  async sendAll(): Promise<void> {
    for (const number of orderOf(this.#file, this.#options.random, this.chance('resend'))) {
      const { upload, sent } = this.#open()
      await this.#step({ type: 'send' }, async () => {
        await this.#door.send(this.#file, upload, number)
        return { type: 'open', upload, sent: [...new Set([...sent, number])] }
      })
    }
  }

  /** False where this dialect has no such call. */
  async cancel(): Promise<boolean> {
    if (this.#door.cancel === null) return false
    const { upload } = this.#open()
    await this.#step({ type: 'cancel' }, async () => {
      await this.#door.cancel?.(upload)
      return { type: 'canceled', upload }
    })
    return true
  }

  async complete(): Promise<void> {
    const { upload } = this.#open()
    await this.#step({ type: 'complete' }, async () => {
      return { type: 'there', upload, handle: await this.#door.complete(this.#file, upload) }
    })
  }

  async move(): Promise<void> {
    const { move } = this.#door
    if (move === null || this.state.type !== 'there') return
    const from = this.state.handle
    const to = move.target(this.#file)
    await this.#step({ type: 'move', to }, async () => {
      await this.#door.move?.do(from, to)
      return { type: 'there', upload: '', handle: to }
    })
  }

  async remove(): Promise<void> {
    if (this.#door.remove === null || this.state.type !== 'there') return
    const { handle } = this.state
    await this.#step({ type: 'remove' }, async () => {
      await this.#door.remove?.(handle)
      return { type: 'gone', handle }
    })
  }

  get #door(): Door {
    const { door, doors } = this.#options
    const found = doors()[door]
    if (found === undefined) throw new Error(`there is no door ${door}`)
    return found
  }

  #open(): Extract<State, { type: 'open' }> {
    if (this.state.type !== 'open') throw new Error(`the upload is ${this.state.type}`)
    return this.state
  }

  async #step(asked: Asked, work: () => Promise<State>): Promise<void> {
    const { life, door, tell, attempt = (step) => step() } = this.#options
    const file = this.#file
    tell({ life, door, file, state: this.state, asked })
    this.state = await attempt(work)
    tell({ life, door, file, state: this.state, asked: { type: 'nothing' } })
  }
}

/** The numbers of all pieces in a random order, one of them perhaps twice. */
function orderOf({ sizes }: FileSpec, random: SeededRandom, resends: boolean): readonly number[] {
  const numbers = sizes.map((_, index) => index + 1)
  for (let at = numbers.length - 1; at > 0; at -= 1) {
    const other = random.int(at + 1)
    ;[numbers[at], numbers[other]] = [numbers[other] ?? 1, numbers[at] ?? 1]
  }
  return resends ? [...numbers, random.int(numbers.length) + 1] : numbers
}

import type { Script, Statement } from '../commands/script.ts'
import type { Db } from './db.ts'
import type { Guesses } from './guesses.ts'
import { type Plan, planOf } from './plan.ts'
import type { Question, Reply } from './wire.ts'

/** So many statements go in one round trip. */
const HELD_MAX = 500

/**
 * Runs a script to its end on the caller's connection. A statement that fails ends it. Where it may guess, the statements of
 * which an answer is guessed are held back, and checked by the server before anything stays.
 */
export async function runScript<Result>(
  db: Db,
  script: Script<Result>,
  guesses: Guesses | null = null,
): Promise<Result> {
  let step = script.next()
  while (step.done !== true) step = script.next(await answer(db, step.value, guesses))
  return step.value
}

async function answer(db: Db, statement: Statement, guesses: Guesses | null): Promise<unknown> {
  if (statement.wants === 'abreast') return await runAbreast(db, statement.scripts, guesses)
  const plan = planOf(statement, guesses)
  if (!('guess' in plan)) return plan.answerOf(await db.ask(plan.questions))
  db.hold(plan.questions)
  if (db.held > HELD_MAX) await db.ask([])
  return plan.guess
}

/** Each goes on as far as it can without an answer. Then all that they ask goes in one round trip. */
async function runAbreast(
  db: Db,
  scripts: readonly Script<unknown>[],
  guesses: Guesses | null,
): Promise<readonly unknown[]> {
  const runs = scripts.map((script) => new Run(script, guesses))
  while (runs.some((run) => !run.isDone)) {
    const asked = runs.map((run) => run.goOn())
    const replies = await db.ask(asked.flat())
    let at = 0
    for (const [number, run] of runs.entries()) {
      const { length } = asked[number] ?? []
      run.hear(replies.slice(at, at + length))
      at += length
    }
  }
  return runs.map((run) => run.result)
}

/** One of several scripts, which waits for an answer or has ended. */
class Run {
  readonly #script: Script<unknown>
  readonly #guesses: Guesses | null
  #step: IteratorResult<Statement, unknown>
  #waiting: Exclude<Plan, { readonly guess: unknown }> | null = null

  constructor(script: Script<unknown>, guesses: Guesses | null) {
    this.#script = script
    this.#guesses = guesses
    this.#step = script.next()
  }

  get isDone(): boolean {
    return this.#step.done === true
  }

  get result(): unknown {
    return this.#step.value
  }

  /** What is to be asked until it waits or ends. */
  goOn(): readonly Question[] {
    const questions: Question[] = []
    while (this.#step.done !== true) {
      if (this.#step.value.wants === 'abreast') throw new Error('scripts that run side by side do not nest')
      const plan = planOf(this.#step.value, this.#guesses)
      questions.push(...plan.questions)
      if (!('guess' in plan)) {
        this.#waiting = plan
        return questions
      }
      this.#step = this.#script.next(plan.guess)
    }
    return questions
  }

  /** Replies to what `goOn` asked; the last ones are what it waits for. */
  hear(replies: readonly Reply[]): void {
    const plan = this.#waiting
    this.#waiting = null
    if (plan === null) return
    const { length } = plan.questions
    this.#step = this.#script.next(plan.answerOf(replies.slice(replies.length - length)))
  }
}

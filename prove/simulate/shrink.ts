import type { Histories } from './history.ts'
import type { Act, Op, Plan } from './plan.ts'

/** Calls of an operation that are looked at one by one. */
const CALLS_MAX = 12

/** A smaller history that fails as well: fewer operations, fewer calls that fare badly, no pauses. */
export async function shrunk(histories: Histories, failing: Plan): Promise<Plan> {
  const fails = async (plan: Plan): Promise<boolean> => (await histories.run(plan)).faults.length > 0
  let plan = failing
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false
    for (const smaller of smallerThan(plan)) {
      if (!(await fails(smaller))) continue
      plan = smaller
      isSmaller = true
      break
    }
  }
  return plan
}

/** The largest steps first. */
function* smallerThan(plan: Plan): Iterable<Plan> {
  for (const op of plan.ops.toReversed()) yield { ...plan, ops: plan.ops.filter((other) => other !== op) }
  for (const op of plan.ops) for (const simpler of simplerThan(op)) yield withOp(plan, op, simpler)
  for (const [at, op] of plan.ops.entries()) {
    const gapMs = op.atMs - (plan.ops[at - 1]?.atMs ?? 0)
    if (gapMs > 1000)
      yield {
        ...plan,
        ops: plan.ops.map((one) => ({ ...one, atMs: one.atMs - (one.atMs >= op.atMs ? gapMs - 1000 : 0) })),
      }
  }
}

const withOp = (plan: Plan, op: Op, other: Op): Plan => ({
  ...plan,
  ops: plan.ops.map((one) => (one === op ? other : one)),
})

function* simplerThan(op: Op): Iterable<Op> {
  if (op.mood !== 'calm') yield { ...op, mood: 'calm' }
  if (op.mood === 'rough') {
    const calls = op.only ?? Array.from({ length: CALLS_MAX }, (_, call) => call)
    if (op.only === undefined) yield { ...op, only: calls }
    for (const call of calls) yield { ...op, only: calls.filter((other) => other !== call) }
  }
  const act = simplerAct(op.act)
  if (act !== null) yield { ...op, act }
}

function simplerAct(act: Act): Act | null {
  if (act.do !== 'send' || (act.pausesMs.length === 0 && !act.breaks)) return null
  return { ...act, pausesMs: act.pausesMs.slice(1), breaks: false }
}

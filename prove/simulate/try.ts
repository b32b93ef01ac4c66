import { Database } from './database.ts'
import { Histories } from './history.ts'
import { planOf } from './plan.ts'
const db = new Database()
const h = new Histories(db)
const seed = Number(process.argv[2] ?? 1), from = Number(process.argv[3] ?? 0), n = Number(process.argv[4] ?? 1000)
Error.stackTraceLimit = 0
const t0 = performance.now(), c0 = process.cpuUsage()
let bad = 0, ops = 0
for (let i = from; i < from + n; i++) {
  const plan = planOf(seed, i)
  ops += plan.ops.length
  const out = await h.run(plan)
  if (out.faults.length > 0) {
    bad++
    if (bad <= Number(process.argv[5] ?? 1)) {
      console.log('history', i)
      await h.run(plan, console.log)
      console.log(out.faults.join('\n'))
    }
  }
}
console.log(n, 'histories', bad, 'bad', ops, 'ops', ((performance.now() - t0) / n).toFixed(3), 'ms each', ((process.cpuUsage(c0).user + process.cpuUsage(c0).system) / n / 1000).toFixed(3), 'ms of CPU')

console.log(Database.n / n, 'commands', Database.ns / n, 'ms in them')

import { plainContender, put } from '../contenders/plain.ts'
import { SINK } from '../contenders/sink.ts'
import { inTurns } from '../frame/rounds.ts'
import type { Case, Scenario } from '../frame/types.ts'
import type { LoadRequest } from '../load/plan.ts'

const KIB = 1024
const MIB = 1024 ** 2
const SECONDS = 2

interface Ceiling extends Case {
  readonly request: LoadRequest
  readonly connections: number
  readonly seconds: number
}

const get = (size: number): LoadRequest => ({ method: 'GET', path: `/${size}` })

/** What the generator reaches where the server costs next to nothing. */
export const ceiling: Scenario = {
  name: 'ceiling',
  about:
    'The generator against a server of a hundred lines of C on one thread, which drops what it gets: more than that no scenario can show. Both share the cores. Where the generator is busy for much less than that in a scenario, it was not the limit there.',
  run: (options) => {
    const caseOf = (
      what: string,
      unit: Case['unit'],
      request: LoadRequest,
      connections: number,
    ): Ceiling => ({
      what: `${what}, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
      ...{ unit, request, connections, seconds: SECONDS / options.quick },
    })
    const small = [4, 16, 256].flatMap((kib) =>
      [1, 16, 64, 128].map((width) => caseOf(`${kib} KiB`, 'requests/s', put('/body', kib * KIB), width)),
    )
    const ranges = [64, 1024].flatMap((kib) =>
      [1, 64].map((width) => caseOf(`GET of ${kib} KiB`, 'requests/s', get(kib * KIB), width)),
    )
    const large = Math.ceil(1024 / options.quick) * MIB
    const whole = [put('/body', large), get(large)].map((request) =>
      caseOf(`${request.method} of ${large / MIB} MiB`, 'MB/s', request, 1),
    )
    const load = ({ request, connections, seconds }: Ceiling, port: number) => ({
      ...{ port, connections, seconds, requests: [request] },
    })
    return inTurns([plainContender(SINK, load)], [...small, ...ranges, ...whole], options)
  },
}

import { startProgram } from '../frame/processes.ts'
import { builtProgram } from '../load/build.ts'
import type { PlainServer } from './plain.ts'

/** `bench/load/sink.c`: answers everything at once and keeps nothing. `GET /N` gets N bytes. */
export const SINK: PlainServer = {
  name: 'sink (C): receive, discard',
  syncs: 'nothing is kept',
  missing: async () => (builtProgram('sink') === null ? 'there is no C compiler' : null),
  start: async () => {
    const program = await startProgram(builtProgram('sink') ?? '', [])
    return { port: Number(program.firstLine), pids: [program.pid], stop: () => program.stop() }
  },
}

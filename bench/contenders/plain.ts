import type { Case, Contender, Opened } from '../frame/types.ts'
import type { Load, LoadRequest } from '../load/plan.ts'

/** A server that takes any request of a kind, without keys. */
export interface PlainServer {
  readonly name: string
  readonly syncs: string
  missing(): Promise<string | null>
  start(): Promise<{ readonly port: number; readonly pids: readonly number[]; stop(): Promise<void> }>
}

/** A contender that is sent what `requestsOf` says. */
export function plainContender<Of extends Case>(
  server: PlainServer,
  loadOf: (one: Of, port: number, round: number) => Load | null,
): Contender<Of> {
  return {
    ...{ name: server.name, syncs: server.syncs, missing: () => server.missing() },
    open: async (): Promise<Opened<Of>> => {
      const { port, pids, stop } = await server.start()
      const turn = async (one: Of, round: number) => {
        const load = loadOf(one, port, round)
        return load === null ? null : { load }
      }
      return { pids, stop, turn }
    },
  }
}

/** A body of `size` bytes of filling, sent by its length. */
export const put = (path: string, size: number, more: Partial<LoadRequest> = {}): LoadRequest => ({
  ...{ method: 'PUT', path, fill: size },
  ...more,
})

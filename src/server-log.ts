import { messageOf } from './core/errors.ts'
import type { Damage } from './core/model/damages.ts'
import { isLoud } from './http/request-log.ts'
import type { Check } from './http/types.ts'
import type { Logger } from './log.ts'

/** A line for each request, and one more for the first that a proxy sent whom nobody has named. */
export function requestLog(log: Logger): (fields: Readonly<Record<string, unknown>>) => void {
  let isProxyTold = false
  return (fields) => {
    if (isLoud(fields)) log.error(fields, 'request')
    else log.info(fields, 'request')
    if (isProxyTold || fields.unheardProxy !== true) return
    isProxyTold = true
    log.warn(
      { remote: fields.remote },
      'X-Forwarded-For is not believed, so all clients share one budget: if this address is a proxy, name it in trusted_proxies',
    )
  }
}

/** A line for each task that failed. */
export const taskLog = (log: Logger) => ({
  failed: (
    { id, topic, attempts }: { id: number; topic: string; attempts: number },
    error: unknown,
    givenUp: boolean,
  ) =>
    log.warn(
      { task: id, topic, attempts: attempts + 1, err: error },
      givenUp ? 'a task was given up' : 'a task failed; it is tried again',
    ),
})

/** A line for each delivery that failed. */
export const deliveryLog = (log: Logger) => ({
  failed: (
    { id, topic, attempts }: { id: string; topic: string; attempts: number },
    error: unknown,
    givenUp: boolean,
  ) =>
    log.warn(
      {
        delivery: id,
        topic,
        attempts: attempts + 1,
        reason: messageOf(error),
      },
      givenUp ? 'a delivery was given up' : 'a delivery failed; it is tried again',
    ),
})

/** A line for each time that damaged bytes were met. The line of the request, where it was one, has its id. */
export const damageLog =
  (log: Logger) =>
  ({ thing, ...damage }: Damage): void =>
    log.error({ ...damage, ...thing }, 'stored bytes are damaged')

/** A line for each look at what the server needs that finds something else than the one before. */
export const readinessLog =
  (log: Logger) =>
  (check: string, { state, reason }: Check): void => {
    if (state === 'ok') log.info({ check, state }, 'fine again')
    else if (state === 'warning') log.warn({ check, state, reason }, 'something is amiss')
    else log.error({ check, state, reason }, 'the server is not ready')
  }

import { addressConnectionsWithin, connectionsWithin, type LimitOptions } from './config/limits.ts'
import type { HttpLimits } from './http/limits.ts'

/** The limits of the configuration, as the request kit has them. `filesMax`: files that the process may have open; null: unknown. */
export function httpLimits(options: LimitOptions, filesMax: number | null): Partial<HttpLimits> {
  const connectionsMax = connectionsWithin(options, filesMax)
  return {
    headersMs: options.headTimeoutS * 1000,
    bodyIdleMs: options.bodyIdleTimeoutS * 1000,
    bodyRateMin: options.bodyRateMin,
    identifyMs: options.identifyTimeoutS * 1000,
    replyIdleMs: options.replyIdleTimeoutS * 1000,
    replyRateMin: options.replyRateMin,
    connectionsMax,
    addressConnectionsMax: addressConnectionsWithin(options, connectionsMax),
    addressHandshakesMax: options.addressHandshakes,
    refusalsPerSecond: options.refusalsPerS,
    address: {
      requestsMax: options.addressRequests,
      callsPerSecond: options.addressCallsPerS,
      bytesInPerSecond: options.addressBytesInPerS,
      bytesOutPerSecond: options.addressBytesOutPerS,
    },
    account: {
      requestsMax: options.accountRequests,
      callsPerSecond: options.accountCallsPerS,
      bytesInPerSecond: options.accountBytesInPerS,
      bytesOutPerSecond: options.accountBytesOutPerS,
    },
  }
}

/** The `[volcengine_vms]` section of the configuration. */
export interface VolcengineVmsOptions {
  /** `auto` approves at once; `manual` waits for `stowage review`. */
  readonly review: 'auto' | 'manual'
  /** Calls a second per account; 0 for no limit. */
  readonly rateLimitPerS: number
  /** Resources per account; 0 for no limit. */
  readonly resourcesMax: number
  /** Seconds that uploaded bytes wait for their commit. */
  readonly uploadTtlS: number
  /**
   * Hosts FetchResource may pull from: exact names, or `*.example.com`, or `*`. Empty turns the call off. Private and loopback
   * addresses are refused unless the host stands here by its exact name.
   */
  readonly fetchHosts: readonly string[]
}

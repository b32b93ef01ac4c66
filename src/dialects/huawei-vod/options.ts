/** The `[huawei_vod]` section of the configuration. */
export interface HuaweiVodOptions {
  /** Seconds that signed URLs live. */
  readonly urlTtlS: number
  /** Seconds that parts wait for the confirm. */
  readonly uploadTtlS: number
  /** What `auto_publish` is where a request does not say it: off as in the 2021 document, on as in current ones. */
  readonly autoPublish: boolean
  /** Hosts that upload_by_url may pull from: names, `*.domain` or `*`; empty turns the call off. */
  readonly fetchHosts: readonly string[]
  /** Bytes of one file that is pulled. */
  readonly fetchSizeMax: number
  /** Where createComplete events are sent, and the secret they are signed with; empty sends none. */
  readonly eventUrl: string
  readonly eventSecret: string
}

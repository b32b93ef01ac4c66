/** The `[tencent_smh]` section of the configuration. */
export interface TencentSmhOptions {
  /** Seconds that credentials for uploads, and links for downloads, live. */
  readonly credentialsTtlS: number
  /** Seconds that an upload waits for its confirm. */
  readonly uploadTtlS: number
  /** Days that the recycle bin keeps things, where the library says nothing else; 0 keeps them for ever. */
  readonly recycleDays: number
  /** Whether files that are known by their hashes need not be sent again. */
  readonly quickUpload: boolean
}

import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { BasicCredentials, Region } from '@huaweicloud/huaweicloud-sdk-core'
import { VodClient } from '@huaweicloud/huaweicloud-sdk-vod'
import { atEnd } from '../../support/at-end.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { ACCOUNT, PROJECTS } from './rig.ts'
import type { VodKeys } from './sign.ts'

/** The SDK keeps a file in the home folder of whoever uses it. */
const home = temporaryFolder()
atEnd(() => rmSync(home, { recursive: true }))

/** The SDK's logger, which is not its users' to set, writes every failure to the output. */
const ofSdk = createRequire(import.meta.resolve('@huaweicloud/huaweicloud-sdk-core'))
const { getLogger } = ofSdk('log4js') as { readonly getLogger: () => { level: string } }
getLogger().level = 'off'

export interface SdkOptions {
  readonly keys?: VodKeys
  /** Null: the SDK asks IAM for the project of the region's name. */
  readonly project?: string | null
  readonly region?: string
  /** Of temporary keys. */
  readonly securityToken?: string
}

/** The vendor's client, set up as its users do but for the endpoint. */
export function sdkClient(url: string, options: SdkOptions = {}): VodClient {
  const { keys = ACCOUNT, project = PROJECTS.main.id, region = PROJECTS.main.name } = options
  process.env.HOME = home
  const credentials = new BasicCredentials().withAk(keys.access_key).withSk(keys.secret_key)
  if (options.securityToken !== undefined) credentials.withSecurityToken(options.securityToken)
  const builder = VodClient.newBuilder()
  if (project !== null) {
    return builder.withCredential(credentials.withProjectId(project)).withEndpoint(url).build()
  }
  return builder
    .withCredential(credentials.withIamEndpoint(url))
    .withRegion(new Region(region, [url]))
    .build()
}

/** What the SDK throws for an answer that is a failure. */
export interface SdkFailure {
  readonly httpStatusCode: number
  readonly errorCode: string
  readonly errorMsg: string
  readonly requestId: string
}

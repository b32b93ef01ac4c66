import type { Api } from './calls.ts'

export type Language = 'Python' | 'Go' | 'Java'

/** One SDK with the program of `test/clients/` that drives it. */
export interface Client {
  /** As its package is named. */
  readonly name: string
  readonly language: Language
  readonly api: Api
  /** The program, as its toolchain names it. */
  readonly program: string
  /** Calls that the SDK has not, or that cannot be made with it, each with the reason. */
  readonly without?: Readonly<Record<string, string>>
}

const NO_V2 = { QueryUsableResourceV2: 'the SDK has no such call' }
const NO_V1 = { QueryUsableResource: 'the SDK has no such call' }

export const CLIENTS: readonly Client[] = [
  { name: 'volcengine', language: 'Python', api: 'voice', program: 'volcengine_vms', without: NO_V2 },
  {
    name: 'volcengine-python-sdk',
    language: 'Python',
    api: 'voice',
    program: 'volcenginesdk',
    without: NO_V1,
  },
  { name: 'tos', language: 'Python', api: 'tos', program: 'tos_storage' },
  { name: 'cos-python-sdk-v5', language: 'Python', api: 'cos', program: 'cos_storage' },
  { name: 'esdk-obs-python', language: 'Python', api: 'obs', program: 'obs_storage' },
  { name: 'huaweicloudsdkvod', language: 'Python', api: 'vod', program: 'huawei_vod' },
  { name: 'huaweicloudsdkiam', language: 'Python', api: 'iam', program: 'huawei_iam' },
  { name: 'volcengine-go-sdk', language: 'Go', api: 'voice', program: 'volcengine', without: NO_V1 },
  { name: 've-tos-golang-sdk', language: 'Go', api: 'tos', program: 'tos' },
  { name: 'cos-go-sdk-v5', language: 'Go', api: 'cos', program: 'cos' },
  { name: 'huaweicloud-sdk-go-obs', language: 'Go', api: 'obs', program: 'obs' },
  { name: 'cos_api', language: 'Java', api: 'cos', program: 'CosStorage' },
  { name: 'esdk-obs-java', language: 'Java', api: 'obs', program: 'ObsStorage' },
]

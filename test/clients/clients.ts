import { ADDRESSES, type Api, PLACES, type Place } from './calls.ts'

export type Language = 'Python' | 'Go' | 'Java'

/** One SDK with the program of `test/clients/` that drives it. */
export interface Client {
  /** As its package is named. */
  readonly name: string
  readonly language: Language
  readonly api: Api
  /** The program, as its toolchain names it. */
  readonly program: string
  /** How its users point it at `http://127.0.0.1:8440`, as Markdown. */
  readonly byAddress: string
  /** How they have it use the vendor's own names by HTTPS. */
  readonly byNames: string
  /** Calls that the SDK has not, or that cannot be made with it, each with the reason. */
  readonly without?: Readonly<Record<string, string>>
  /** Default all. */
  readonly places?: readonly Place[]
  /** A program of the system that it is; without it the client is skipped. */
  readonly needs?: string
}

export const placesOf = ({ places = PLACES }: Client): readonly Place[] => places

const NO_NAMES = 'not tried'
const S3_ALONE = {
  'an upload goes on with the parts that are there': 'its own transfers begin anew',
  'conditions and checksums of writes': 'it has no such options',
} as const

const OBS_ENDPOINT = 'the endpoint `https://obs.cn-north-4.myhuaweicloud.com`'

export const CLIENTS: readonly Client[] = [
  {
    ...{ name: 'volcengine', language: 'Python', api: 'voice', program: 'volcengine_vms' },
    byAddress: '`vms.set_host("127.0.0.1:8440")`',
    byNames: '`vms.set_scheme("https")`',
    without: { QueryUsableResourceV2: 'the SDK has no such call' },
  },
  {
    ...{ name: 'volcengine-python-sdk', language: 'Python', api: 'voice', program: 'volcenginesdk' },
    byAddress: '`configuration.scheme = "http"`, `configuration.host = "127.0.0.1:8440"`',
    byNames: 'by default',
    without: { QueryUsableResource: 'the SDK has no such call' },
  },
  {
    ...{ name: 'tos', language: 'Python', api: 'tos', program: 'tos_storage' },
    byAddress: '`TosClientV2(…, endpoint="http://127.0.0.1:8440", is_custom_domain=True)`',
    byNames: '`TosClientV2(…, endpoint="https://tos-cn-beijing.volces.com")`',
  },
  {
    ...{ name: 'cos-python-sdk-v5', language: 'Python', api: 'cos', program: 'cos_storage' },
    byAddress: '`CosConfig(…, Domain="127.0.0.1:8440", Scheme="http")`',
    byNames: '`CosConfig(…, Region="ap-beijing")`',
  },
  {
    ...{ name: 'esdk-obs-python', language: 'Python', api: 'obs', program: 'obs_storage' },
    byAddress: '`ObsClient(…, server="http://127.0.0.1:8440")`',
    byNames: '`ObsClient(…, server="https://obs.cn-north-4.myhuaweicloud.com")`',
  },
  {
    ...{ name: 'huaweicloudsdkvod', language: 'Python', api: 'vod', program: 'huawei_vod' },
    byAddress: '`….with_endpoint("http://127.0.0.1:8440")`; `.with_iam_endpoint(…)` of its credentials',
    byNames: '`….with_endpoint("https://vod.cn-north-4.myhuaweicloud.com")`',
  },
  {
    ...{ name: 'huaweicloudsdkiam', language: 'Python', api: 'iam', program: 'huawei_iam' },
    byAddress: '`….with_endpoint("http://127.0.0.1:8440")`; `.with_iam_endpoint(…)` of its credentials',
    byNames: '`….with_endpoint("https://iam.cn-north-4.myhuaweicloud.com")`',
  },
  {
    ...{ name: 'volcengine-go-sdk', language: 'Go', api: 'voice', program: 'volcengine' },
    byAddress: '`config.WithEndpoint("127.0.0.1:8440").WithDisableSSL(true)`',
    byNames: 'by default',
    without: { QueryUsableResource: 'the SDK has no such call' },
  },
  {
    ...{ name: 've-tos-golang-sdk', language: 'Go', api: 'tos', program: 'tos' },
    byAddress: '`tos.NewClientV2("http://127.0.0.1:8440", …)`',
    byNames: '`tos.NewClientV2("https://tos-cn-beijing.volces.com", …)`',
  },
  {
    ...{ name: 'cos-go-sdk-v5', language: 'Go', api: 'cos', program: 'cos' },
    byAddress: '`BucketURL` `http://127.0.0.1:8440`',
    byNames: '`BucketURL` `https://BUCKET.cos.ap-beijing.myqcloud.com`',
  },
  {
    ...{ name: 'huaweicloud-sdk-go-obs', language: 'Go', api: 'obs', program: 'obs' },
    byAddress: '`obs.New(ak, sk, "http://127.0.0.1:8440")`',
    byNames: OBS_ENDPOINT,
  },
  {
    ...{ name: 'cos_api', language: 'Java', api: 'cos', program: 'CosStorage' },
    byAddress:
      '`config.setHttpProtocol(HttpProtocol.http)`, `config.setEndpointBuilder(new UserSpecifiedEndpointBuilder("127.0.0.1:8440", "127.0.0.1:8440"))`',
    byNames: '`new ClientConfig(new Region("ap-beijing"))`',
  },
  {
    ...{ name: 'esdk-obs-java', language: 'Java', api: 'obs', program: 'ObsStorage' },
    byAddress: '`new ObsClient(ak, sk, "http://127.0.0.1:8440")`',
    byNames: OBS_ENDPOINT,
  },
  {
    ...{ name: 'boto3', language: 'Python', api: 's3', program: 's3_boto3', places: ADDRESSES },
    byAddress: '`boto3.client("s3", endpoint_url="http://127.0.0.1:8441", …)`',
    byNames: NO_NAMES,
    without: {
      'sync a folder there, and nothing again': 'it has no such call',
      'sync it back': 'it has no such call',
      'sync a folder to an SMH library and back': 'it has no such call',
    },
  },
  {
    ...{ name: 'awscli', language: 'Python', api: 's3', program: 's3_awscli', places: ADDRESSES },
    byAddress: '`AWS_ENDPOINT_URL=http://127.0.0.1:8441`',
    byNames: NO_NAMES,
    without: S3_ALONE,
  },
  {
    ...{ name: 's3cmd', language: 'Python', api: 's3', program: 's3_cmd', places: ADDRESSES },
    byAddress: '`s3cmd --host=127.0.0.1:8441 --host-bucket=127.0.0.1:8441 --no-ssl`',
    byNames: NO_NAMES,
    without: {
      ...S3_ALONE,
      'get a range': 'it has no such option',
      'signed URL': 'it signs URLs by version 2 of the signature alone',
    },
  },
  {
    ...{ name: 'rclone', language: 'Python', api: 's3', program: 's3_rclone', places: ADDRESSES },
    needs: 'rclone',
    byAddress: '`rclone config create stowage s3 provider=Other endpoint=http://127.0.0.1:8441 …`',
    byNames: NO_NAMES,
    without: S3_ALONE,
  },
]

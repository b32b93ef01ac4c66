import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DIALECTS } from '../../src/dialects/index.ts'
import { certificateNames, concreteNames, matchHost } from '../../src/settings/hosts.ts'

/** Names that the vendors' SDKs, documents and samples have. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'iflytek-ost': ['upload-ost-api.xfyun.cn', 'ost-api.xfyun.cn'],
  'volcengine-vms': [
    ...['cloud-vms.volcengineapi.com', 'open.volcengineapi.com', 'vms.cn-north-1.volcengineapi.com'],
    ...['tos-cn-beijing.volces.com', 'volc-voice-resource-bucket.tos-cn-beijing.volces.com'],
  ],
  'tencent-smh': [
    ...['api.tencentsmh.cn', 'smh26tqjmz2qlj4i.api.tencentsmh.cn', 'cos.ap-beijing.myqcloud.com'],
    ...['examplebucket-1250000000.cos.ap-beijing.myqcloud.com', 'a-1.cos.accelerate.myqcloud.com'],
  ],
  'huawei-vod': [
    ...['vod.cn-north-4.myhuaweicloud.com', 'iam.cn-north-1.myhuaweicloud.com', 'iam.myhuaweicloud.com'],
    ...['obs.cn-north-4.myhuaweicloud.com', '104.cdn-vod.huaweicloud.com'],
    'vod-bucket-1-cn-north-4.obs.cn-north-4.myhuaweicloud.com',
  ],
  // A listener of its own serves it, by whatever name.
  s3: [],
  // The path alone is its own.
  resumable: [],
}

describe('host names of the dialects', () => {
  test('each name that a vendor’s clients have is that vendor’s alone', () => {
    for (const { name: own } of DIALECTS)
      for (const host of KNOWN[own] ?? assert.fail(own))
        for (const { name, hosts } of DIALECTS)
          assert.equal(matchHost(hosts, host) !== null, name === own, `${host} of ${name}`)
  })

  test('names for certificates and hosts files are whole, and nobody else’s', () => {
    for (const { name: own, hosts } of DIALECTS) {
      for (const name of [...certificateNames(hosts), ...concreteNames(hosts)]) {
        assert.match(name, /^(\*\.)?([a-z0-9-]+\.)+[a-z]+$/)
        const concrete = name.replace('*', 'some')
        for (const other of DIALECTS)
          assert.equal(matchHost(other.hosts, concrete) !== null, other.name === own, concrete)
      }
    }
  })
})

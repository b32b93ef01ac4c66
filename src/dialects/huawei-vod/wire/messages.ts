import type { Exchange } from '../../../http/types.ts'

/** `page` and `illegal`: the status is the one that the call's own page shows; a number: always that one. */
export type StatusRule = number | 'page' | 'illegal'

/** A code's status, its message on the vendor's Chinese error page, and the message in English. */
type Row = readonly [status: StatusRule, zh: string, en: string]

/** Codes `VOD.n` with the vendor's words (page vod_04_0039, reference §3.3). Where no English is published it is ours. */
export const CODES = {
  10003: ['page', 'The specified key does not exist.', 'The specified key does not exist.'],
  10051: [500, '系统内部错误', 'Internal system error.'],
  10053: ['illegal', '请求参数非法', 'The request parameter is illegal.'],
  10057: [403, '租户ID校验失败', 'Tenant ID verification failed.'],
  10058: [403, '请求方式不正确', 'The request method is incorrect.'],
  10059: [403, '请求内容类型不正确', 'The requested content type is incorrect.'],
  10060: [
    'page',
    '媒资处于未下载成功或者未发布状态，请检查。',
    'Media asset is not downloaded successfully or not released, please check.',
  ],
  10061: [
    'page',
    '操作失败,当前媒资状态不允许更新。',
    'The operation failed, and the current media asset status is not allowed to be updated.',
  ],
  10062: ['page', '媒资或资源不存在，请检查。', 'Media asset or resource does not exist, please check.'],
  10063: ['page', '媒资类型暂不支持。', 'Media asset type is not supported at this time.'],
  10064: ['page', '媒资分类不存在，请检查。', 'Media asset classification does not exist, please check.'],
  10065: ['page', '媒资分类已存在，请检查。', 'Media asset classification already exists, please check.'],
  10066: [
    'page',
    '媒资分类超过最大层级，请检查。',
    'The media asset classification exceeds the maximum level, please check.',
  ],
  10067: [
    'page',
    '媒资分类超过最大个数限制，请检查。',
    'There are too many media asset classifications, please check.',
  ],
  10081: [400, '请求参数非法，请检查。', 'The request parameters are illegal, please check.'],
  10082: ['page', '模板组已存在。', 'The template group already exists.'],
  10083: [
    'page',
    '当前媒资或资源状态不支持该操作。',
    'The current media asset status does not support this operation.',
  ],
  10101: ['page', '媒资未加密，无法获取密钥。', 'The media asset is not encrypted, so that there is no key.'],
  10121: ['page', 'URL拉取媒资失败', 'The media asset could not be pulled from its URL.'],
  10126: [
    'page',
    '媒资当前状态不允许进行上传确认，请确认媒资状态',
    'The upload cannot be confirmed in the current media asset status. Please check the media asset status.',
  ],
  10135: [
    'page',
    '媒资没有处于上传中状态，无法获取临时授权',
    'The media asset is not in the uploading state, so that there is no temporary authority.',
  ],
  10136: ['page', '该功能临时下线。', 'This feature is offline.'],
  10137: [
    'page',
    '发布或取消发布媒资个数超过阈值限制：100',
    'The number of media assets to publish or unpublish exceeds the limit.',
  ],
} as const satisfies Readonly<Record<number, Row>>

export type VodCode = keyof typeof CODES

export type Language = 'zh' | 'en'

/** The message of a code. `field` is the one that VOD.10053 names. */
export function messageOf(code: VodCode, language: Language, field: string | null = null): string {
  const [, zh, en] = CODES[code]
  if (field === null) return language === 'zh' ? zh : en
  return language === 'zh'
    ? `${zh}，非法字段：{${field}}。`
    : `${en.replace(/\.$/, '')}, illegal field: {${field}}.`
}

/**
 * The language of an answer's messages, for every code alike: English where Accept-Language prefers it to Chinese, else Chinese, as
 * the vendor's pages have them (RFC 9110 §12.5.4).
 */
export function languageOf({ request }: Pick<Exchange, 'request'>): Language {
  const ranges = (request.headers['accept-language'] ?? '').split(',').map(readRange)
  const best = (language: Language) =>
    Math.max(0, ...ranges.filter(({ name }) => name === language).map(({ quality }) => quality))
  return best('en') > best('zh') ? 'en' : 'zh'
}

function readRange(text: string): { readonly name: string; readonly quality: number } {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  return { name: range.split('-', 1)[0] ?? '', quality: quality === undefined ? 1 : Number(quality) || 0 }
}

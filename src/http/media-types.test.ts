import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPassive, mediaTypeOf } from './media-types.ts'

const isSafe = (contentType: string): boolean => {
  const type = mediaTypeOf(contentType)
  return type !== null && isPassive(type)
}

test('media, pictures and plain text are passive, however they are written', () => {
  for (const type of [
    ...[
      'video/mp4',
      'video/x-matroska',
      'audio/mpeg',
      'audio/x-wav',
      'image/png',
      'image/jpeg',
      'image/webp',
    ],
    ...['text/plain', 'text/plain; charset=utf-8', 'Text/Plain;charset="utf-8"', 'IMAGE/PNG', 'text/vtt'],
    ...['application/octet-stream', 'application/json', 'application/vnd.apple.mpegurl', 'font/woff2'],
    ...['video/mp4; codecs=avc1.42E01E', 'audio/ogg ; codecs=opus', 'image/png;'],
  ])
    assert.equal(isSafe(type), true, type)
})

test('what can run is not, and neither is what nobody knows or what is no single type', () => {
  for (const type of [
    ...['text/html', 'TEXT/HTML', 'text/html; charset=utf-8', 'text/html;', 'application/xhtml+xml'],
    ...[
      'image/svg+xml',
      'image/SVG+XML; charset=x',
      'image/svg',
      'image/svg-xml',
      'text/xml',
      'application/xml',
    ],
    ...['application/rss+xml', 'application/atom+xml', 'application/mathml+xml', 'model/x3d+xml'],
    ...['application/xslt+xml', 'text/xsl', 'application/pdf', 'application/x-pdf', 'text/pdf'],
    ...['text/javascript', 'application/javascript', 'application/ecmascript', 'application/x-javascript'],
    ...['multipart/related', 'multipart/x-mixed-replace', 'message/rfc822', 'application/x-mimearchive'],
    ...[
      'application/x-shockwave-flash',
      'application/java-archive',
      'application/x-silverlight-app',
      'text/css',
    ],
    ...['application/wasm', 'application/hta', 'text/x-component', 'application/x-web-app-manifest+json'],
    ...['video/svg+xml', 'audio/x+xml', 'video/html', 'x-unknown/y', 'text/unknown', 'chemical/x-pdb'],
    ...[
      '',
      ' ',
      '*/*',
      'text',
      'image/',
      '/png',
      'image/png,text/html',
      'text/html,image/png',
      'image/png text/html',
    ],
    ...[
      'image/png; a=b, text/html',
      'image/png; charset=", text/html',
      ' image/png',
      'image/png\u00a0',
      '"image/png"',
    ],
    ...['image/png; x="a,text/html"', 'image/png\u0000', 'image//png', 'image/png;text/html'],
  ])
    assert.equal(isSafe(type), false, type)
})

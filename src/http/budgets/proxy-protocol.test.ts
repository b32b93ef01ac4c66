import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readPreface } from './proxy-protocol.ts'

const line = (text: string) => readPreface(Buffer.from(text, 'latin1'))
const SIGNATURE = '0d0a0d0a000d0a515549540a'
const binary = (hex: string) => readPreface(Buffer.from(SIGNATURE + hex, 'hex'))
const V4 = 'cb007109c0000201' + '126f01bb'

describe('version 1', () => {
  test('names the client, and says where it ends', () => {
    const text = 'PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n'
    assert.deepEqual(line(`${text}GET / HTTP/1.1\r\n`), {
      state: 'whole',
      size: text.length,
      client: '203.0.113.9',
    })
    const six = 'PROXY TCP6 2001:db8::9 2001:db8::1 4711 443\r\n'
    assert.deepEqual(line(six), { state: 'whole', size: six.length, client: '2001:db8::9' })
  })

  test('may be of a proxy that does not know', () => {
    assert.deepEqual(line('PROXY UNKNOWN\r\n'), { state: 'whole', size: 15, client: null })
    assert.equal(line('PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n').state, 'whole')
  })

  test('may come in pieces', () => {
    const text = 'PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n'
    for (let size = 0; size < text.length; size += 1)
      assert.equal(line(text.slice(0, size)).state, 'more', `${size}`)
  })

  test('is refused where it is anything else', () => {
    for (const text of [
      'GET / HTTP/1.1\r\n',
      'PROXY  TCP4 203.0.113.9 192.0.2.1 4711 443\r\n',
      'PROXY TCP4 203.0.113.9 192.0.2.1 4711\r\n',
      'PROXY TCP4 203.0.113.9 192.0.2.1 4711 443 1\r\n',
      'PROXY TCP4 203.0.113.9 192.0.2.1 4711 65536\r\n',
      'PROXY TCP4 203.0.113.9 192.0.2.1 04711 443\r\n',
      'PROXY TCP4 2001:db8::9 2001:db8::1 4711 443\r\n',
      'PROXY TCP6 203.0.113.9 192.0.2.1 4711 443\r\n',
      'PROXY TCP4 203.0.113.999 192.0.2.1 4711 443\r\n',
      'PROXY UDP4 203.0.113.9 192.0.2.1 4711 443\r\n',
      `PROXY UNKNOWN ${'a'.repeat(100)}\r\n`,
      `PROXY UNKNOWN ${'a'.repeat(100)}`,
    ]) {
      assert.equal(line(text).state, 'bad', text)
    }
  })
})

describe('version 2', () => {
  test('names the client, and says where it ends', () => {
    assert.deepEqual(binary(`2111000c${V4}474554`), { state: 'whole', size: 28, client: '203.0.113.9' })
    const six = `20010db8000000000000000000000009${'20010db8000000000000000000000001'}126f01bb`
    assert.deepEqual(binary(`21210024${six}`), { state: 'whole', size: 52, client: '2001:db8::9' })
    const mapped = `00000000000000000000ffffcb007109${'00000000000000000000ffffc0000201'}126f01bb`
    assert.deepEqual(binary(`21210024${mapped}`), { state: 'whole', size: 52, client: '203.0.113.9' })
  })

  test('may have more after the addresses', () => {
    assert.deepEqual(binary(`21110010${V4}04000100`), { state: 'whole', size: 32, client: '203.0.113.9' })
  })

  test('may be of a proxy that speaks for itself, or by other means', () => {
    assert.deepEqual(binary('20000000'), { state: 'whole', size: 16, client: null })
    assert.deepEqual(binary('21000000'), { state: 'whole', size: 16, client: null })
    assert.deepEqual(binary(`2112000c${V4}`), { state: 'whole', size: 28, client: null })
  })

  test('may come in pieces', () => {
    const whole = Buffer.from(`${SIGNATURE}2111000c${V4}`, 'hex')
    for (let size = 0; size < whole.length; size += 1) {
      assert.equal(readPreface(whole.subarray(0, size)).state, 'more', `${size}`)
    }
  })

  test('is refused where it is anything else', () => {
    for (const hex of ['1111000c', '2211000c', '2113000c', '21110004c0000201', '2121000c', '2111ffff']) {
      assert.equal(binary(hex + V4).state, 'bad', hex)
    }
  })
})

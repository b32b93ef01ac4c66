import { isIPv6 } from 'node:net'

/**
 * What addresses are counted by: an IPv4 address, also one that stands in an IPv6 address; of IPv6 the first 64 bits, because who has one such
 * address has all of them.
 */
export function netOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [plain = ''] = address.split('%', 1)
  if (!isIPv6(plain)) return address
  return groupsOf(plain).slice(0, 4).join(':')
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const [, front, ...bytes] = dotted ?? []
  const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number)
  const text = front === undefined ? address : `${front}${hex(a * 256 + b)}:${hex(c * 256 + d)}`
  const [head = '', tail] = text.split('::')
  const [first, last] = [wordsOf(head), wordsOf(tail ?? '')]
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length
  return [...first, ...Array.from({ length: zeros }, () => '0'), ...last]
}

const wordsOf = (text: string): readonly string[] =>
  text === '' ? [] : text.split(':').map((word) => hex(Number.parseInt(word, 16)))

const hex = (value: number): string => value.toString(16)

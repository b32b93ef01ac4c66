import type { Rule } from '../project.ts'

/** Where vendors are at home: dialects, flavours of the object plane, and the one list of dialects. */
const AT_HOME = /^src\/(dialects\/([^/]+\/|index\.ts$)|object-plane\/)/

/** Names of vendors, and of their services, alone or as part of a longer name. */
const NAMES = ['iflytek', 'xfyun', 'volc', 'tencent', 'qcloud', 'huawei']
const SHORT_NAMES = ['ost', 'vms', 'smh', 'vod', 'tos', 'cos', 'obs']

/** Nothing of `src` but the dialects knows that there are such vendors, in comments neither. */
export const vendors: Rule = (sources) =>
  sources
    .filter(({ path }) => path.startsWith('src/') && !AT_HOME.test(path))
    .flatMap(({ path, text }) => {
      const found = VENDOR.exec(text)?.[0]
      return found === undefined ? [] : [`${path}: names a vendor: ${found}`]
    })

/** Short names count as words of their own, in any spelling: `vod`, `VOD`, `listVod`, `VodList`; not in `host` or `POST`. */
const wordsOf = (name: string): readonly string[] => {
  const capital = name.charAt(0).toUpperCase() + name.slice(1)
  const upper = name.toUpperCase()
  return [`(?<![A-Za-z])${name}(?![a-z])`, `(?<![A-Z])${capital}(?![a-z])`, `(?<![A-Z])${upper}(?![A-Za-z])`]
}

const VENDOR = new RegExp([...NAMES.map((name) => `(?i:${name})`), ...SHORT_NAMES.flatMap(wordsOf)].join('|'))

import type { Rule, Source } from '../project.ts'

/** Where vendors are at home: dialects, flavours of the object plane, and the one list of dialects. */
const AT_HOME = /^src\/(dialects\/([^/]+\/|index\.ts$)|object-plane\/)/

/** Names of vendors, in any spelling and as part of longer names. */
const NAMES = ['iflytek', 'xfyun', 'volc', 'tencent', 'qcloud', 'huawei']
/** Names of their services: words of their own, also within `listVod` or `VodList`; not in `host` or `POST`. */
const SHORT_NAMES = ['ost', 'vms', 'smh', 'vod', 'tos', 'cos', 'obs']

/** Nothing of `src` but the dialects knows that there are such vendors, in comments neither. */
export const vendors: Rule = (sources) => {
  const names = [...NAMES, ...dialectsOf(sources)].map((name) => `(?i:${name})`)
  const vendor = new RegExp([...names, ...SHORT_NAMES.flatMap(wordsOf)].join('|'))
  return sources
    .filter(({ path }) => path.startsWith('src/') && !AT_HOME.test(path))
    .flatMap(({ path, text }) => {
      const found = vendor.exec(text)?.[0]
      return found === undefined ? [] : [`${path}: names a vendor: ${found}`]
    })
}

/** Dialects called as a protocol that others than vendors have, too: stores speak it. */
const PROTOCOLS = ['s3']

/** The names of the dialects' folders, as code and options spell them. */
function dialectsOf(sources: readonly Source[]): ReadonlySet<string> {
  const folders = sources.flatMap(({ path }) => /^src\/dialects\/([^/]+)\//.exec(path)?.[1] ?? [])
  const vendors = folders.filter((folder) => !PROTOCOLS.includes(folder))
  return new Set(vendors.map((folder) => folder.replaceAll('-', '[-_]?')))
}

const wordsOf = (name: string): readonly string[] => {
  const capital = name.charAt(0).toUpperCase() + name.slice(1)
  const upper = name.toUpperCase()
  return [`(?<![A-Za-z])${name}(?![a-z])`, `(?<![A-Z])${capital}(?![a-z])`, `(?<![A-Z])${upper}(?![A-Za-z])`]
}

import type { EntryShape } from '../../../core/model/tree-search.ts'
import type { EntryKind } from '../../../core/model/trees.ts'
import type { Shape } from '../../../http/json-fields.ts'
import { listOf, TEXT } from '../../../http/json-shapes.ts'
import { own } from '../../../http/own.ts'
import { extensionsOf } from '../model/file-types.ts'

const ALL: readonly EntryKind[] = ['directory', 'file', 'link', 'virtual']
const DIRECTORIES: readonly EntryKind[] = ['directory']
/** Everything but directories. */
const FILES: readonly EntryKind[] = ['file', 'link', 'virtual']

/** Types that are extensions. `image`, `video` and `audio` are content types to the vendor, which go by extensions here. */
const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  doc: ['doc', 'docx'],
  xls: ['xls', 'xlsx'],
  ppt: ['ppt', 'pptx'],
  pdf: ['pdf'],
  txt: ['txt'],
  image: extensionsOf('image'),
  video: extensionsOf('video'),
  audio: extensionsOf('audio'),
  powerpoint: extensionsOf('powerpoint'),
  excel: extensionsOf('excel'),
  word: extensionsOf('word'),
  text: extensionsOf('text'),
}
const KNOWN = extensionsOf(
  'word',
  'powerpoint',
  'excel',
  'portable',
  'image',
  'audio',
  'video',
  'text',
  'archive',
)
const NAMES = ['all', 'dir', 'file', ...Object.keys(EXTENSIONS), 'other']

const shape = (kinds: readonly EntryKind[], extensions: readonly string[] | null = null): EntryShape => ({
  ...{ kinds, extensions, notExtensions: [] },
})

/** What is of a type. */
function shapeOf(type: string): EntryShape {
  switch (type) {
    case 'all':
      return shape(ALL)
    case 'dir':
      return shape(DIRECTORIES)
    case 'file':
      return shape(FILES)
    case 'other':
      return { ...shape(FILES), notExtensions: KNOWN }
    default:
      return shape(FILES, own(EXTENSIONS, type) ?? [])
  }
}

/** A shape without what is of a type. */
function without(left: EntryShape, type: string): EntryShape {
  const { kinds, extensions, notExtensions } = shapeOf(type)
  if (extensions !== null) return { ...left, notExtensions: [...left.notExtensions, ...extensions] }
  const others = left.kinds.filter((kind) => !kinds.includes(kind))
  if (notExtensions.length === 0) return { ...left, kinds: others }
  return {
    ...left,
    extensions: left.extensions?.filter((each) => notExtensions.includes(each)) ?? notExtensions,
  }
}

/**
 * `type` of a search: a text or a list of texts, each a type or `!` and a type (document 1339/71107). Of types one has to fit; what
 * is of a type with `!` does not fit. Empty is `all`.
 */
export const SEARCH_TYPES: Shape<readonly EntryShape[]> = {
  accepted: `${NAMES.join(', ')}, each also with ! before it`,
  read: (value) => {
    const types = typeof value === 'string' ? [value] : TYPE_LIST.read(value)
    const named = types?.filter((type) => type !== '')
    if (named === undefined || named.some((type) => !NAMES.includes(type.replace(/^!/, '')))) return undefined
    const positive = named.filter((type) => !type.startsWith('!'))
    const shapes = (positive.length === 0 ? ['all'] : positive).map(shapeOf)
    return named
      .filter((type) => type.startsWith('!'))
      .reduce((left, type) => left.map((each) => without(each, type.slice(1))), shapes)
  },
}
const TYPE_LIST = listOf(TEXT, 'texts', 50)

const FILE_TYPES: Readonly<Record<string, readonly EntryKind[]>> = {
  ...{ all: ALL, dir: DIRECTORIES, file: ['file', 'virtual'], symlink: ['link'] },
}

/** `fileTypes` of a search by file system (JavaScript SDK). */
export const FILE_TYPE_LIST: Shape<readonly EntryShape[]> = {
  accepted: `a list of ${Object.keys(FILE_TYPES).join(', ')}`,
  read: (value) => {
    const kinds = TYPE_LIST.read(value)?.map((type) => own(FILE_TYPES, type))
    if (kinds === undefined || kinds.includes(undefined)) return undefined
    return kinds.map((each) => shape(each ?? []))
  },
}

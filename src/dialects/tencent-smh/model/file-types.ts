import type { Library } from '../credentials.ts'

/** `fileType` of reference §4. */
export type FileType =
  | 'word'
  | 'powerpoint'
  | 'excel'
  | 'portable'
  | 'image'
  | 'audio'
  | 'video'
  | 'text'
  | 'archive'
  | 'other'

/** Extensions without their dot, lower case. The vendor publishes no list; this one is ours. */
const EXTENSIONS: Readonly<Record<Exclude<FileType, 'other'>, string>> = {
  word: 'doc docx docm dot dotx dotm wps wpt rtf odt',
  powerpoint: 'ppt pptx pptm pps ppsx ppsm pot potx potm dps dpt odp',
  excel: 'xls xlsx xlsm xlsb xlt xltx xltm et ett ods csv',
  portable: 'pdf',
  image:
    'jpg jpeg png gif bmp webp tif tiff svg ico heic heif avif jfif jpe psd raw cr2 cr3 nef arw dng orf rw2',
  audio:
    'mp3 wav flac aac m4a m4r m4b ogg oga opus spx wma amr awb ape aiff aif aifc mid midi ac3 eac3 ec3 dts dtshd mp1 mp2 mpa mka wv au snd caf mmf tta w64 rf64 weba',
  video:
    'mp4 m4v mov qt avi mkv mk3d webm flv f4v wmv mpg mpeg mpe mpv m2v m1v ts m2ts mts m2t tp trp 3gp 3gpp 3g2 rm rmvb vob ogv ogm asf mxf dv divx',
  text: 'txt md markdown log json xml yaml yml toml ini conf html htm css js mjs jsx tsx py java c h cpp hpp cs go rs rb php sh bat sql',
  archive: 'zip rar 7z tar gz tgz bz2 xz zst lz lzma jar iso cab',
}

const TYPES: ReadonlyMap<string, FileType> = new Map(
  Object.entries(EXTENSIONS).flatMap(([type, list]) =>
    list.split(' ').map((extension) => [extension, type as FileType] as const),
  ),
)

/** Extensions of these types, without their dot, lower case. */
export const extensionsOf = (...types: readonly Exclude<FileType, 'other'>[]): readonly string[] =>
  types.flatMap((type) => EXTENSIONS[type].split(' '))

/** The extension of a name, without its dot, in lower case; empty for none. `.name` has none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 1 ? '' : name.slice(dot + 1).toLowerCase()
}

export const fileTypeOf = (name: string): FileType => TYPES.get(extensionOf(name)) ?? 'other'

/** `image` and `video` in media libraries, `file` elsewhere (reference §1). */
export function contentsType(
  library: Pick<Library, 'kind'>,
  file: { readonly name: string; readonly contentType: string | null },
): 'file' | 'image' | 'video' {
  if (library.kind === 'file') return 'file'
  const type = fileTypeOf(file.name)
  if (type === 'image' || type === 'video') return type
  return file.contentType?.startsWith('video/') === true ? 'video' : 'image'
}

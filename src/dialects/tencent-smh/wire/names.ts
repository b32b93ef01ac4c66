import { NAME_LENGTH_MAX } from '../../../core/model/trees.ts'
import { type SmhCode, SmhError } from '../errors.ts'

/** Levels of a path; ours, so that no walk is too long. */
const LEVELS_MAX = 128
const FORBIDDEN = /[\\/:*?"<>|\p{Cc}]/u

/** The names in a path, or the first ones. A slash at its beginning or end does not count. The root has no names. */
export function splitPath(path: string, namesMax?: number): readonly string[] {
  let [start, end] = [0, path.length]
  while (path[start] === '/') start += 1
  while (end > start && path[end - 1] === '/') end -= 1
  return start === end ? [] : path.slice(start, end).split('/', namesMax)
}

/** A directory's path. Errors: `DirectoryNameLengthExceed`, `EmptyFileName`, `IllegalFileName`, `InvalidSpaceOrDirectoryPath`. */
export const directoryPath = (path: string): readonly string[] =>
  checkedNames(path, 'DirectoryNameLengthExceed')

/** As `directoryPath`, for a file. Errors: `FileNameLengthExceed` for its own name. */
export const fileNames = (path: string): readonly string[] => checkedNames(path, 'FileNameLengthExceed')

/** A file's path: the directories above it and its name. Errors: `EmptyPath` and those of `fileNames`. */
export function filePath(path: string): { readonly directory: readonly string[]; readonly name: string } {
  const names = fileNames(path)
  const name = names.at(-1)
  if (name === undefined) throw new SmhError('EmptyPath')
  return { directory: names.slice(0, -1), name }
}

function checkedNames(path: string, lastTooLong: SmhCode): readonly string[] {
  const names = splitPath(path, LEVELS_MAX + 1)
  for (const [at, name] of names.entries()) {
    requireName(name, at === names.length - 1 ? lastTooLong : 'DirectoryNameLengthExceed')
  }
  requireLevels(names)
  return names
}

/** Reference §5.8 has the same limit as the core. */
function requireName(name: string, tooLong: SmhCode): void {
  if (name === '') throw new SmhError('EmptyFileName')
  if ([...name].length > NAME_LENGTH_MAX) throw new SmhError(tooLong)
  if (FORBIDDEN.test(name) || name === '.' || name === '..' || !name.isWellFormed()) {
    throw new SmhError('IllegalFileName')
  }
}

function requireLevels(names: readonly string[]): void {
  if (names.length > LEVELS_MAX) {
    throw new SmhError('InvalidSpaceOrDirectoryPath', `A path has at most ${LEVELS_MAX} levels.`)
  }
}

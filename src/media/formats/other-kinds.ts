import { textAt } from '../bytes.ts'

/** How files begin that may hold sound as they hold anything, but are none. */
const MARKS: readonly string[] = [
  ...[
    'PK\x03\x04',
    'PK\x05\x06',
    'Rar!',
    '7z\xbc\xaf',
    '\x1f\x8b',
    'BZh',
    '\xfd7zXZ',
    '\x28\xb5\x2f\xfd',
    'MSCF',
    '!<arch>',
  ],
  ...['%PDF', '%!PS', '{\\rtf', '\xd0\xcf\x11\xe0', 'SQLite format 3', '\x7fELF', 'MZ', 'SIMPLE'],
  ...['\x89PNG', 'GIF8', '\xff\xd8\xff', 'BM', 'II*\0', 'MM\0*', '8BPS', '\0\0\x01\0'],
]
const TAR = 'ustar'
const TAR_MARK_AT = 257

/** Whether a file begins like an archive, a document, a program or a picture. Sound may be in it, but it is no sound. */
export const isOtherKind = (head: Uint8Array): boolean =>
  textAt(head, TAR_MARK_AT, TAR.length) === TAR || MARKS.some((mark) => textAt(head, 0, mark.length) === mark)

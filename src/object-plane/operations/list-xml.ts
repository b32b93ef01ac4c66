import type { ListedEntry } from '../../core/model/buckets.ts'
import { type ListTold, shownKey, tokenOf } from '../telling.ts'
import { element } from '../xml.ts'

/** The elements of a list's document, in either form. */
export function listFields(list: ListTold): string {
  const { bucket, prefix, delimiter, max, isEncoded, second, page } = list
  const shown = (name: string, key: string) => element(name, shownKey(key, list))
  return [
    element('Name', bucket),
    shown('Prefix', prefix),
    ...echoes(list),
    element('MaxKeys', String(max)),
    delimiter === null ? '' : shown('Delimiter', delimiter),
    isEncoded ? element('EncodingType', 'url') : '',
    element('IsTruncated', String(page.next !== null)),
    second === null ? '' : element('KeyCount', String(page.entries.length)),
    nextElement(list),
    ...page.entries.map((entry) => entryXml(entry, list)),
  ].join('')
}

/** What repeats where the client asked to go on. */
function echoes(list: ListTold): readonly string[] {
  const { second, marker } = list
  if (second === null) return [element('Marker', shownKey(marker, list))]
  const { token, startAfter } = second
  return [
    token === null ? '' : element('ContinuationToken', token),
    startAfter === null ? '' : element('StartAfter', shownKey(startAfter, list)),
  ]
}

/** S3 itself leaves the marker out where there is no delimiter; clients then take the last key, which is the same. */
function nextElement(list: ListTold): string {
  const { second, page } = list
  if (page.next === null) return ''
  return second === null
    ? element('NextMarker', shownKey(page.next, list))
    : element('NextContinuationToken', tokenOf(page.next))
}

function entryXml(entry: ListedEntry, list: ListTold): string {
  if (entry.kind === 'prefix')
    return `<CommonPrefixes>${element('Prefix', shownKey(entry.prefix, list))}</CommonPrefixes>`
  const { key, size, changedAt } = entry
  const { account } = list
  return `<Contents>${[
    element('Key', shownKey(key, list)),
    element('LastModified', new Date(changedAt).toISOString()),
    element('ETag', list.etagOf(entry)),
    list.ownOf(entry),
    element('Size', String(size)),
    `<Owner>${element('ID', account)}${element('DisplayName', account)}</Owner>`,
    element('StorageClass', 'STANDARD'),
  ].join('')}</Contents>`
}

import type { FactRule } from '../ports/facts-checker.ts'

/** What is wrong where a rule is broken, in words that follow the row's name. In the order in which they are looked at. */
export const RULE_WORDS: Readonly<Record<FactRule, string>> = {
  'parts-have-segments': 'a part points to this segment, which the facts do not have as one in use',
  'parts-have-blobs': 'a part with this segment belongs to no blob',
  'parts-lie-in-order': 'the parts of this blob do not lie one after the other',
  'slots-lie-in-order': 'the parts of this blob do not lie one after the other in their segment',
  'blobs-have-their-size': 'this blob has another size than its parts together',
  'blobs-count-owners': 'this blob is counted as used by more or fewer than use it',
  'segments-have-parts': 'this segment is kept as in use, and nothing points to it',
  'objects-have-blobs': 'this object has no bytes, or another size than its bytes',
  'files-have-blobs': 'this file has no bytes, or another size than its bytes',
  'objects-have-buckets': 'this object is in no bucket',
  'entries-have-volumes': 'this entry is in no volume',
  'entries-have-directories': 'the directory of this entry is not there',
  'entries-are-somewhere': 'this entry is in no directory, no bin, and not being copied or removed',
  'entries-are-in-no-circle': 'this entry is in a directory below itself',
  'uploads-have-blobs': 'this upload goes on and has no blob',
  'uploads-have-sums': 'this upload has sums that do not go with its state',
  'assemblies-are-used': 'this segment is being put together for no upload',
  'uploads-have-assemblies': 'this upload waits for segments to be put together that are not there',
  'directory-counts': 'this directory counts more or fewer entries than it has',
  'bucket-counts': 'this bucket counts more or less than is in it',
  'volume-counts': 'this volume counts more or less than is in it',
  'bin-counts': 'the bin of this volume counts more or less than is in it',
  'account-uploads': 'this account counts more or less than its uploads that go on',
  'account-stored': 'this account counts more or less than it has stored',
  'account-tokens': 'this account counts more or fewer tokens than it has',
  'volume-pending': 'this volume counts more or less than its uploads that go on need',
}

export const FACT_RULES = Object.keys(RULE_WORDS) as readonly FactRule[]

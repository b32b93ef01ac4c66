/**
 * Notes all entries that there are, so that the index gets them. A step after that of the triggers: making a trigger waits for
 * all who write entries, so this sees what was written without triggers, and later writers note for themselves.
 */
export const SEARCH_OF_EARLIER_ENTRIES =
  'INSERT INTO entry_changes (volume, entry) SELECT volume, id FROM entries;'

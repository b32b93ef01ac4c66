/** Puts an entry into a map as its latest. Of more than `max` the one that was put in longest ago is forgotten. */
export function putLatest<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, max: number): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > max && oldest !== undefined) map.delete(oldest)
}

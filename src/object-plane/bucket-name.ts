const ALONE = /^\/([^/]+)\/?$/

/** The bucket of a decoded path that has nothing behind it: `/bucket` and `/bucket/`. Null for other paths. */
export const bucketNamed = (path: string): string | null => ALONE.exec(path)?.[1] ?? null

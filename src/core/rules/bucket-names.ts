const NAME = /^[a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9])){1,61}[a-z0-9]$/
const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/

/** Whether a user's bucket may have this name, by S3's rules: 3 to 63 lower-case letters, digits, dots and hyphens. */
export const isBucketName = (name: string): boolean =>
  NAME.test(name) && !name.includes('-.') && !ADDRESS.test(name)

/** Whether a name belongs to what has one of these words: it is the word, or begins with the word and a hyphen. */
export const isReserved = (name: string, words: readonly string[]): boolean =>
  words.some((word) => name === word || name.startsWith(`${word}-`))

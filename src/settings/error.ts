/** A wrong key, type or value. The message is one line that names the key, the value and what is accepted. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** A value for a message: short, on one line. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value)
  return json.length > 80 ? `${json.slice(0, 77)}…` : json
}

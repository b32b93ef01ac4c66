/** What the registry says of the packages: null where it could not be asked, else what is wrong, in a line each. */
export type Verdict = readonly string[] | null

/** Of the answer of `npm audit --json`: weaknesses of these severities. */
export function weaknesses(answer: string, severities: readonly string[] = ['high', 'critical']): Verdict {
  const vulnerabilities = fieldsOf(fieldsOf(parsed(answer))?.vulnerabilities)
  if (vulnerabilities === null) return null
  return Object.entries(vulnerabilities).flatMap(([name, found]) => {
    const severity = String(fieldsOf(found)?.severity)
    return severities.includes(severity) ? [`${name}: a weakness, ${severity}`] : []
  })
}

/** Of the answer of `npm audit signatures --json`: packages whose signature is not the registry's, or that have none. */
export function unsigned(answer: string): Verdict {
  const { invalid, missing } = fieldsOf(parsed(answer)) ?? {}
  if (!Array.isArray(invalid) || !Array.isArray(missing)) return null
  const named = (list: readonly unknown[], what: string) =>
    list.map((each) => `${String(fieldsOf(each)?.name)}@${String(fieldsOf(each)?.version)}: ${what}`)
  return [...named(invalid, 'its signature is wrong'), ...named(missing, 'it is not signed')]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null

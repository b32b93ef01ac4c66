/** A document as COS begins it (Tencent document 436/7730). `fields` are elements. */
export function xmlDocument(root: string, fields: readonly string[]): string {
  return `<?xml version='1.0' encoding='utf-8' ?>\n<${root}>\n${fields.map((field) => `\t${field}\n`).join('')}</${root}>\n`
}

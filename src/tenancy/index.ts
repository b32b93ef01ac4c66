export { type ExportOptions, exportAccount, requireEmptyFolder } from './export.ts'
export type { ExportHead } from './format.ts'
export { type ImportOptions, importAccount, readHead } from './import.ts'

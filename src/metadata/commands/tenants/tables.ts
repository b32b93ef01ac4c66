import type { TenantTable } from '../../../core/ports/tenants.ts'

const CONTENT = 'blob size part_count md5 sha256 crc64 md5_of_parts'

const columns = (text: string): readonly string[] => text.trim().split(/\s+/)

/** What is moved of each table: all columns but those that a store gives or computes itself. */
export const TENANT_COLUMNS: Readonly<Record<TenantTable, readonly string[]>> = {
  realms: columns('id name attributes changed_at'),
  volumes: columns('id realm name root owner attributes bin_generation created_at'),
  buckets: columns('id owner name volume settings created_at changed_at version'),
  quotas: columns('id realm capacity attributes'),
  quota_volumes: columns('volume quota'),
  objects:
    columns(`id bucket key name search_name kind status content_type ${CONTENT} media attributes holds created_at
    updated_at version`),
  object_texts: columns('object bucket created_at text'),
  object_labels: columns('bucket label created_at object status kind'),
  entries:
    columns(`id realm volume parent name kind file_count directory_count content_type target ${CONTENT} attributes
    created_at modified_at local_created_at local_modified_at holds version`),
  recycled: columns(
    `id realm volume generation entry parent path name modified_at removed_at size files directories`,
  ),
  fingerprints: columns('blob beginning full'),
}

/** Some names are words of SQL. */
export const quoted = (column: string): string => `"${column}"`

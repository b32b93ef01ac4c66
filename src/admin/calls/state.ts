import { z } from 'zod'
import { call } from '../call.ts'
import { noQuery } from '../schemas.ts'

const checkSchema = z.object({
  state: z.enum(['ok', 'warning', 'failed']),
  reason: z.string().optional(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional(),
})

const healthSchema = z
  .object({
    is_ready: z.boolean().describe('whether the server should be given work'),
    checks: z.record(z.string(), checkSchema).describe('what each look found'),
  })
  .meta({ id: 'Health' })

const serverSchema = z
  .object({
    public_url: z.string().describe('base of the URLs that clients are given'),
    own_urls: z.record(z.string(), z.string()).describe('bases of listeners of their own, by name'),
    dialects: z.array(z.string()),
    now: z.string(),
  })
  .meta({ id: 'Server' })

/** The calls about the server itself. */
export const STATE_CALLS = [
  call({
    ...{ method: 'GET', path: '/v1/health', name: 'health.show', audience: 'operator' },
    does: 'tell what the server found when it looked at what it needs: stores, disk, clock, the last scrub',
    ...{ query: noQuery, body: null },
    answer: { status: 200, schema: healthSchema },
    handle: async ({ readiness }) => {
      const report = readiness()
      return { value: { is_ready: report?.isReady ?? false, checks: { ...report?.checks } } }
    },
  }),
  call({
    ...{ method: 'GET', path: '/v1/server', name: 'server.show', audience: 'all' },
    does: 'tell where the doors of the server are',
    ...{ query: noQuery, body: null },
    answer: { status: 200, schema: serverSchema },
    handle: async ({ publicUrl, ownUrls, dialects, core }) => ({
      value: {
        ...{ public_url: publicUrl, own_urls: Object.fromEntries(ownUrls), dialects: [...dialects] },
        now: new Date(core.clock.now()).toISOString(),
      },
    }),
  }),
  call({
    ...{ method: 'GET', path: '/metrics', name: 'metrics.show', audience: 'operator' },
    does: 'all that is counted and measured, as Prometheus reads it',
    ...{ query: noQuery, body: null },
    answer: { status: 200, schema: null, type: 'text/plain; version=0.0.4; charset=utf-8' },
    handle: async ({ metrics }) => ({ text: await metrics() }),
  }),
]

import { describe, expect, test } from 'vitest'
import { ERROR_TABLE } from '../../sdk/errors.js'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { TRPCError } from '@trpc/server'
import { SILENT } from '../../sdk/operations/observing/observer.js'
import { appRouter } from '../../sdk/rpc/router.js'

const ROLES = ['entry', 'agent', 'viewer', 'reviewer', 'operator']
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: { meta?: { role: string }; output?: unknown; inputs: unknown[]; type: string } }>)

describe('every procedure', () => {
  test.each(procedures)('%s names its role and declares its output', (_, { _def }) => {
    expect(ROLES).toContain(_def.meta?.role)
    expect((_def as unknown as { output?: unknown }).output).toBeDefined()
  })
  test.each(procedures.filter(([, { _def }]) => !['entry', 'agent'].includes(_def.meta?.role ?? '')))('%s refuses nobody, and those without the role', async (path, { _def }) => {
    const caller = async (roles: string[] | null) => {
      const context = { services: { observer: SILENT } as never, bearer: null, wire: null, principal: () => Promise.resolve(roles && { id: 'x', name: 'X', roles: roles as never }) }
      const call = path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], appRouter.createCaller(context)) as (input: unknown) => Promise<unknown>
      return call({ run: 'some-run', decisionId: 'decision-1', unitIds: ['u'], verdict: 'approve', blueprint: 'b', task: 't', requester: 'r', provider: 'p', data: [] })
    }
    await expect(caller(null)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(caller([])).rejects.toMatchObject({ code: 'FORBIDDEN' })
    if (_def.meta?.role === 'operator') await expect(caller(['reviewer'])).rejects.toMatchObject({ code: 'FORBIDDEN' })
    if (_def.meta?.role === 'reviewer') await expect(caller(['viewer'])).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('the error table', () => {
  test.each(Object.entries(ERROR_TABLE))('%s has one HTTP status, the one its tRPC code has', (_, { http, trpc }) => {
    expect(TRPC_ERROR_CODES_BY_KEY).toHaveProperty(trpc)
    expect(getHTTPStatusCodeFromError(new TRPCError({ code: trpc }))).toBe(http)
  })
})

import * as z from 'zod'
import { agentRouter } from './agent-procedures.js'
import { auditRouter } from './audit-procedures.js'
import { dataRouter } from './data-procedures.js'
import { outboxRouter } from './outbox-procedures.js'
import { peopleRouter } from './people-procedures.js'
import { privacyRouter } from './privacy-procedures.js'
import { projectsRouter } from './project-procedures.js'
import { remarksRouter } from './remark-procedures.js'
import { reviewRouter } from './review-procedures.js'
import { runsRouter } from './run-procedures.js'
import { spendingRouter } from './spending-procedures.js'
import { webhooksRouter } from './webhook-procedures.js'
import { createCallerFactory, router, viewerProcedure } from './trpc.js'

const principalView = z.object({ id: z.string(), name: z.string(), roles: z.array(z.enum(['operator', 'reviewer', 'viewer'])) })

const principalRouter = router({
  me: viewerProcedure.output(principalView).query(({ ctx }) => ({ ...ctx.principal, roles: [...ctx.principal.roles] })),
})

/** Everything that can be called, one concrete type whatever blueprints a host has. */
export const appRouter = router({
  agent: agentRouter, runs: runsRouter, review: reviewRouter, people: peopleRouter, projects: projectsRouter, privacy: privacyRouter, remarks: remarksRouter, data: dataRouter, webhooks: webhooksRouter, outbox: outboxRouter, audit: auditRouter, spending: spendingRouter, principal: principalRouter,
})

/** The type of {@link appRouter}: what clients are typed by. */
export type AppRouter = typeof appRouter

/** Makes callers of {@link appRouter} that skip HTTP. */
export const createCaller = createCallerFactory(appRouter)

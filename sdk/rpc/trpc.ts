import { initTRPC, TRPCError } from '@trpc/server'
import * as z from 'zod'
import { describeProblems, ERROR_TABLE, isMephistoError, MephistoError, problemsOf, type MephistoErrorCode, type Problem } from '../errors.js'
import type { Principal, Role } from '../review/principal.js'
import type { AgentClaims } from '../operations/agent-tokens.js'
import { checkWire } from './check-wire.js'
import type { Services } from './services.js'
import { spanIds } from './span-ids.js'

/** What a call carries besides its input: the services, and who calls, found out only when a procedure asks. */
export interface RpcContext {
  readonly services: Services
  /** The bearer token of the request, if any. */
  readonly bearer: string | null
  /** The version that a task page says it speaks, if any. */
  readonly wire: string | null
  /** The operator side's caller, from the host's login; null for nobody. */
  principal(): Promise<Principal | null>
}

/** What a procedure demands: a credential in its input, an agent's token, or a role of the host's principal. */
export interface ProcedureMeta {
  readonly role: 'entry' | 'agent' | 'anyone' | Role
}

interface MephistoErrorData {
  readonly mephistoCode: MephistoErrorCode
  readonly problems: readonly Problem[]
}

/** What callers read instead of texts that are for the server's log. */
const HIDDEN: Readonly<Partial<Record<MephistoErrorCode, string>>> = {
  internal: 'Something went wrong on the server. It has been logged; try again.',
  invalid_options: 'The server is not set up correctly. Its log says what is wrong.',
}

const t = initTRPC.context<RpcContext>().meta<ProcedureMeta>().create({
  isDev: false,
  // Pages take a stream that says nothing for 10 s for dead.
  sse: { ping: { enabled: true, intervalMs: 4_000 } },
  errorFormatter({ shape, error }) {
    const data = errorData(error)
    const message = HIDDEN[data.mephistoCode] ?? shape.message
    return { ...shape, message: data.problems.length > 0 && !isMephistoError(error.cause) ? describeProblems(data.problems) : message, data: { ...shape.data, ...data } }
  },
})

function errorData(error: TRPCError): MephistoErrorData {
  if (isMephistoError(error.cause)) return { mephistoCode: error.cause.code, problems: error.cause.problems }
  if (error.code === 'BAD_REQUEST' && error.cause instanceof z.ZodError) return { mephistoCode: 'invalid_input', problems: problemsOf(error.cause.issues, '') }
  const known = (Object.keys(ERROR_TABLE) as MephistoErrorCode[]).find(code => code !== 'invalid_options' && ERROR_TABLE[code].trpc === error.code)
  return { mephistoCode: known ?? (error.code === 'METHOD_NOT_SUPPORTED' || error.code === 'PARSE_ERROR' ? 'invalid_input' : 'internal'), problems: [] }
}

/**
 * Around every procedure, in one layer because it is on everybody's way: the call is timed, in a span that names what it is about; our
 * errors keep their code on the way out; what went wrong on the server is logged, and what is not ours becomes `internal`.
 */
const observed = t.middleware(({ ctx, path, next, getRawInput }) => {
  const { observer } = ctx.services
  let outcome: 'ok' | MephistoErrorCode = 'ok'
  return observer.timed({
    instrument: 'mephisto.procedure.duration', attributes: { procedure: path }, outcomeOf: () => ({ outcome }),
    span: `mephisto.${path}`, spanAttributes: { 'mephisto.procedure': path },
  }, async span => {
    const result = await next({ ctx: { span } })
    if (observer.isOn) {
      // What pages send is named by their token; other inputs may be no JSON, which the result says.
      const input = path.startsWith('agent.') ? null : await Promise.resolve().then(getRawInput).catch(() => null)
      span.set({ ...spanIds(input), ...(result.ok ? spanIds(result.data) : {}) })
    }
    if (result.ok) return result
    const { cause } = result.error
    const code = outcome = errorData(result.error).mephistoCode
    span.fail(code)
    if (ERROR_TABLE[code].http >= 500) ctx.services.runtime.logger.error({ err: cause ?? result.error, procedure: path }, 'a procedure failed')
    return isMephistoError(cause) ? { ...result, error: new TRPCError({ code: ERROR_TABLE[code].trpc, message: cause.message, cause }) } : result
  })
})

/** Makes a router. */
export const router = t.router

/** Makes callers that skip HTTP. */
export const createCallerFactory = t.createCallerFactory

/** For task pages before they have a token: the input has the credential, or the renewal. */
export const entryProcedure = t.procedure.meta({ role: 'entry' }).use(observed).use(({ ctx, next }) => {
  checkWire(ctx.wire)
  return next()
})

/** For task pages with a unit: the bearer token names the attempt. */
export const agentProcedure = t.procedure.meta({ role: 'agent' }).use(observed).use(async ({ ctx, next }) => {
  checkWire(ctx.wire)
  if (ctx.bearer === null) throw new MephistoError('unauthenticated', 'This call needs the token of an attempt; register for a unit first.')
  const agent: AgentClaims = await ctx.services.tokens.verify(ctx.bearer)
  ctx.span.set({ 'mephisto.agent.id': agent.agentId, 'mephisto.blueprint': agent.blueprintType })
  return next({ ctx: { agent } })
})

const LEVELS = { viewer: 0, reviewer: 1, operator: 2 } as const

function principalProcedure(role: Role) {
  return t.procedure.meta({ role }).use(observed).use(async ({ ctx, next }) => {
    const principal = await ctx.principal()
    if (!principal) throw new MephistoError('unauthenticated', 'You are not logged in. Log in to the app and try again.')
    if (!mayAct(principal, role)) throw new MephistoError('forbidden', `This needs the role "${role}"; you have: ${principal.roles.join(', ') || 'none'}.`)
    return next({ ctx: { principal } })
  })
}

/** True when the principal has the role or a higher one: operator > reviewer > viewer. */
export function mayAct(principal: Principal, role: Role): boolean {
  return principal.roles.some(own => LEVELS[own] >= LEVELS[role])
}

/** For those who may look. */
export const viewerProcedure = principalProcedure('viewer')
/** For those who may decide. */
export const reviewerProcedure = principalProcedure('reviewer')
/** For those who may do everything. */
export const operatorProcedure = principalProcedure('operator')

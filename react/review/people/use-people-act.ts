import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import type { BlockRequest, ChangeQualificationRequest, DeleteQualificationRequest, GrantRequest, LiftRequest, MakeQualificationRequest, RevokeRequest } from '../../../sdk/protocol/people-requests.js'
import type { BlockReply, GrantReply, LiftReply, QualificationView, RevokeReply } from '../../../sdk/protocol/people-views.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { useReviewStore, type ReviewSource, type ReviewStore } from '../review-store.js'

type Asked<T> = Omit<T, 'requestId'>

/** What is decided about people or what they can be granted, without an id of the request: the hook gives it one. */
export type PeopleStep =
  | { readonly verb: 'grant'; readonly request: Asked<GrantRequest> }
  | { readonly verb: 'revoke'; readonly request: Asked<RevokeRequest> }
  | { readonly verb: 'block'; readonly request: Asked<BlockRequest> }
  | { readonly verb: 'lift'; readonly request: Asked<LiftRequest> }
  | { readonly verb: 'make'; readonly request: Asked<MakeQualificationRequest> }
  | { readonly verb: 'change'; readonly request: Asked<ChangeQualificationRequest> }
  | { readonly verb: 'delete'; readonly request: Asked<DeleteQualificationRequest> }

/** What the server did. */
export type PeopleDone =
  | { readonly verb: 'grant'; readonly reply: GrantReply }
  | { readonly verb: 'revoke'; readonly reply: RevokeReply }
  | { readonly verb: 'block'; readonly reply: BlockReply }
  | { readonly verb: 'lift'; readonly reply: LiftReply }
  | { readonly verb: 'make' | 'change' | 'delete'; readonly reply: QualificationView }

/** Deciding about people. */
export interface PeopleAct {
  /** Sends it; `then` is called when it was done and whoever asked is still on the screen. */
  readonly act: (step: PeopleStep, then?: () => void) => void
  readonly isUnderWay: boolean
  /** What the server did last. */
  readonly done: PeopleDone | null
  /** Why the last step was not done; of kind `away` when nobody knows whether it was: sent again, it is done once. */
  readonly failure: ReviewFailure | null
  readonly reset: () => void
}

/** Grants, revocations, blocks and what becomes of qualifications; each is sent once, and never again by itself. What the screens show of people is asked for anew afterwards. */
export function usePeopleAct(source: ReviewSource): PeopleAct {
  const store = useReviewStore(source)
  const { queryClient, keys } = store
  const sent = useRef<{ readonly content: string; readonly id: string } | null>(null)
  const mutation = useMutation({
    networkMode: 'always', retry: false,
    mutationFn: async (step: PeopleStep): Promise<PeopleDone> => {
      const content = JSON.stringify(step)
      // The very same again is the same request: of the first nobody may know whether it was done.
      const id = sent.current?.content === content ? sent.current.id : crypto.randomUUID()
      sent.current = { content, id }
      const done = await send(store, step, id)
      sent.current = null
      return done
    },
    // Not waited for: of what was deleted, nothing is there to be read.
    onSettled: () => { void queryClient.invalidateQueries({ queryKey: keys.allPeople }) },
  }, queryClient)
  return {
    act: (step, then) => { mutation.mutate(step, then ? { onSuccess: then } : {}) },
    isUnderWay: mutation.isPending, done: mutation.data ?? null, failure: mutation.error ? reviewFailureOf(mutation.error) : null, reset: mutation.reset,
  }
}

async function send({ client: { people } }: ReviewStore, { verb, request }: PeopleStep, requestId: string): Promise<PeopleDone> {
  switch (verb) {
    case 'grant': return { verb, reply: await people.grant.mutate({ ...request, requestId }) }
    case 'revoke': return { verb, reply: await people.revoke.mutate({ ...request, requestId }) }
    case 'block': return { verb, reply: await people.block.mutate({ ...request, requestId }) }
    case 'lift': return { verb, reply: await people.lift.mutate({ ...request, requestId }) }
    case 'make': return { verb, reply: await people.makeQualification.mutate({ ...request, requestId }) }
    case 'change': return { verb, reply: await people.changeQualification.mutate({ ...request, requestId }) }
    case 'delete': return { verb, reply: await people.deleteQualification.mutate({ ...request, requestId }) }
  }
}

import type { BlockRequest, ChangeQualificationRequest, DeleteQualificationRequest, GrantRequest, LiftRequest, MakeQualificationRequest, RevokeRequest } from '../../../sdk/protocol/people-requests.js'
import type { BlockReply, GrantReply, LiftReply, QualificationView, RevokeReply } from '../../../sdk/protocol/people-views.js'
import { useActs, type Acts } from '../kit/use-acts.js'
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

/** Deciding about people; what is sent again after no answer came is done once. */
export type PeopleAct = Acts<PeopleStep, PeopleDone>

/** Grants, revocations, blocks and what becomes of qualifications. What the screens show of people is asked for anew afterwards. */
export function usePeopleAct(source: ReviewSource): PeopleAct {
  const store = useReviewStore(source)
  return useActs(source, {
    send: (step: PeopleStep, requestId) => send(store, step, requestId),
    // Not waited for: of what was deleted, nothing is there to be read.
    refresh: () => { void store.queryClient.invalidateQueries({ queryKey: store.keys.allPeople }) },
  })
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

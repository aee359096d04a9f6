import { useQuery } from '@tanstack/react-query'
import type { ProjectAgreementView } from '../../../sdk/protocol/data-views.js'
import type { ProjectSummaryView } from '../../../sdk/protocol/project-views.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { LIVE, useReviewStore, type ReviewSource } from '../review-store.js'

/** A project with what it comes to. `project` keeps the last reply while the server is away. */
export interface ProjectState {
  readonly project: ProjectSummaryView | undefined
  readonly failure: ReviewFailure | null
  /** How far people agree in it, read once; undefined before. */
  readonly agreement: ProjectAgreementView | undefined
  /** Why it is not known how far they agree. */
  readonly agreementFailure: ReviewFailure | null
  /** Asks again now. */
  readonly refresh: () => void
}

const EVERY_MS = 20_000
/** Agreement reads each answer. */
const AGREEMENT_STAYS_MS = 300_000

/** A project, by its name or id, asked for again every 20 s while the page is visible, and how far people agree in it, read at most every five minutes. */
export function useProject({ project: named, ...source }: ReviewSource & { readonly project: string }): ProjectState {
  const { client, queryClient, keys } = useReviewStore(source)
  const page = useQuery({ ...LIVE, refetchInterval: state => (state.state.error ? LIVE.refetchInterval : EVERY_MS), queryKey: keys.named('projects', 'one', named), queryFn: () => client.projects.show.query({ project: named }) }, queryClient)
  const agreement = useQuery({ ...LIVE, refetchInterval: false, staleTime: AGREEMENT_STAYS_MS, queryKey: keys.named('agreement', named), queryFn: () => client.data.agreement.query({ project: named }) }, queryClient)
  return {
    project: page.data?.project, failure: page.error ? reviewFailureOf(page.error) : null,
    agreement: agreement.data, agreementFailure: agreement.error ? reviewFailureOf(agreement.error) : null,
    refresh: () => { void page.refetch() },
  }
}

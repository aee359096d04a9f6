import { useState } from 'react'
import { NO_EXTRAS, type ExtrasTerms } from './extras-draft.js'

/** What was written for a decision that is not made yet. */
export interface DecisionDraft {
  readonly note: string
  readonly terms: ExtrasTerms
}

/** Drafts by unit. */
export interface DecisionDrafts {
  readonly of: (unitId: string) => DecisionDraft
  readonly keep: (unitId: string, draft: DecisionDraft) => void
}

const EMPTY: DecisionDraft = { note: '', terms: NO_EXTRAS }

/** Keeps what was written for each unit while others are looked at, and when a decision does not come about or is taken back. */
export function useDecisionDrafts(): DecisionDrafts {
  return useState(newDrafts)[0]
}

function newDrafts(): DecisionDrafts {
  const kept = new Map<string, DecisionDraft>()
  return { of: unitId => kept.get(unitId) ?? EMPTY, keep: (unitId, draft) => { kept.set(unitId, draft) } }
}

import type { GrantRule } from './conflict-rules.js'

/** What somebody is granted, and until when; null for always. */
export interface GrantTerms {
  readonly value: number
  /** Epoch ms. */
  readonly expiresAt: number | null
}

/** What is here: a grant, or one that was taken away, each with when, epoch ms; null for neither. */
export type GrantHere = (GrantTerms & { readonly is: 'granted'; readonly at: number }) | { readonly is: 'revoked'; readonly at: number } | null

/** A grant of a dump; dumps of earlier releases do not say since when it holds. */
export interface GrantThere extends GrantTerms {
  readonly at: number | null
}

/** What holds after an import; null when that is what is here. Pure. */
export function mergedGrant(rule: GrantRule, here: GrantHere, there: GrantThere): GrantTerms | null {
  const merged = here === null ? there : mergedBy(rule, here, there)
  if (merged === null || (here?.is === 'granted' && here.value === merged.value && here.expiresAt === merged.expiresAt)) return null
  return { value: merged.value, expiresAt: merged.expiresAt }
}

function mergedBy(rule: GrantRule, here: Exclude<GrantHere, null>, there: GrantThere): GrantTerms | null {
  switch (rule) {
    case 'ours': return null
    case 'theirs': return there
    case 'newest': return there.at !== null && there.at > here.at ? there : null
    case 'stricter': return here.is === 'revoked' ? null : { value: Math.min(here.value, there.value), expiresAt: earlier(here.expiresAt, there.expiresAt) }
  }
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? one ?? other : Math.min(one, other)
}

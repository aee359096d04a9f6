import { of } from './counted.js'

/** Texts of what reviewers did, in English. */
export const REVIEWER_TEXTS = {
  title: 'Reviewers',
  reviewer: 'Reviewer',
  decided: 'Decided',
  opinions: 'Opinions',
  accepted: 'Accepted',
  overruled: 'Overruled',
  agreed: 'Agrees with others',
  pace: 'Time each',
  ofPairs: (share: string, pairs: number): string => `${share} of ${String(pairs)}`,
  empty: 'Nobody has decided or judged anything yet.',
  agreement: (same: string, pairs: number): string => `Of ${of(pairs, 'answer', 'answers')} that two judged, they said the same of ${same}.`,
  alpha: (alpha: string): string => `Krippendorff’s alpha: ${alpha} (1 is all, 0 is chance).`,
  noPairs: 'No answer was judged by two. Launch a run with “secondOpinions”, or press O at an answer, and this page says how far reviewers agree.',
  hint: 'Overruled: taken back, or approved after all, by somebody else. Time each: from one decision to the next, breaks of more than five minutes left out.',
}

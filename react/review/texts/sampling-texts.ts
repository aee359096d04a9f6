/** Texts of checking a random sample, in English. */
export const SAMPLING_TEXTS = {
  title: 'Random sample',
  show: 'Check a random sample',
  isShown: 'Random sample',
  error: 'Check until fewer are wrong than',
  confidence: 'With a confidence of',
  checked: (checked: string, wrong: string): string => `${checked} checked, ${wrong} of them not used.`,
  verdicts: {
    below: (goal: string): string => `Done: fewer than ${goal} are wrong. The rest can be approved.`,
    above: (goal: string): string => `More than ${goal} are wrong. Look at who answered, and at the instructions.`,
  },
  whole: 'Every answer that there is was checked.',
  more: (count: string): string => `${count} more, if all of them are right.`,
  far: 'Too many were wrong to show it within 10,000 more.',
}

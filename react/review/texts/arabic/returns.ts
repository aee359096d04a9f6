import type { ReviewTexts } from '../english.js'

const reasons: ReviewTexts['returns']['reasons'] = {
  broken: 'معطوب أو لا يُحمَّل', unclear: 'التعليمات غير واضحة', too_hard: 'صعب جدًا أو خارج مجالهم', too_long: 'أطول مما يستحقه الأجر', no_time: 'لا وقت لديهم', other: 'سبب آخر',
}

/** Texts of why workers give units back, in Arabic. */
export const ARABIC_RETURNS: ReviewTexts['returns'] = {
  reasons,
  unsaid: 'لم يُذكر سبب',
  because: (what, reason) => `${what}: ${reasons[reason]}`,
  withIt: reason => `قيل عند الإعادة: ${reasons[reason]}`,
}

import type { ReviewTexts } from '../english.js'

/** What pages of the console share, in Arabic. */
export const ARABIC_PLACES: ReviewTexts['places'] = {
  failures: {
    not_logged_in: 'لم تسجّل الدخول',
    role_missing: 'ليس لك أن ترى هذا',
    not_found: 'لا يوجد شيء كهذا',
    refused: 'رفض الخادم الطلب',
    broken: 'حدث خلل في الخادم',
    away: 'لا يمكن الوصول إلى الخادم',
  },
  unsaid: { not_logged_in: 'لم تسجّل الدخول.', role_missing: 'المراجعة تتطلب دور المراجِع (reviewer).', away: 'لا يمكن الوصول إلى الخادم الآن.' },
  logInFirst: 'هذه الصفحة لمن سجّل الدخول. سجّل الدخول ثم عُد إليها.',
  askForRole: message => `${message} يستطيع من يدير هذا التطبيق أن يمنحك الدور.`,
  goesOnByItself: 'ربما كان يعيد التشغيل، أو كانت الشبكة منقطعة. تواصل هذه الصفحة المحاولة وتتابع من تلقاء نفسها.',
  logIn: 'تسجيل الدخول',
  tryAgain: 'إعادة المحاولة',
  kinds: { run: 'جولة', task: 'مهمة', project: 'مشروع' },
  everything: 'كل شيء',
  of: 'من',
  which: { run: 'أي جولة', task: 'أي مهمة', project: 'أي مشروع' },
  choose: 'اختر…',
  noneToChoose: { run: 'لا توجد جولة بعد.', task: 'لا توجد مهمة بعد.', project: 'لا يوجد مشروع بعد.' },
  person: 'العامل',
  personHint: 'الاسم الذي يظهر في الملفات المصدَّرة، أو المعرّف هنا، أو provider:id. اتركه فارغًا للجميع.',
  from: 'من وقت',
  before: 'قبل وقت',
  wrongSpan: 'يجب أن يكون «قبل وقت» لاحقًا لـ«من وقت».',
  wrongTime: 'اختر يومًا ووقتًا من اليوم.',
}

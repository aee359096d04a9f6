'use client'

import type { ReviewTexts } from './english.js'
import { ARABIC_AUDIT } from './arabic/audit.js'
import { ARABIC_BULK } from './arabic/bulk.js'
import { ARABIC_SAMPLING } from './arabic/sampling.js'
import { ARABIC_EXTRAS } from './arabic/extras.js'
import { ARABIC_DESK } from './arabic/desk.js'
import { ARABIC_EXPORTS } from './arabic/exports.js'
import { ARABIC_HISTORY } from './arabic/history.js'
import { ARABIC_NEWS } from './arabic/news.js'
import { ARABIC_PEOPLE } from './arabic/people.js'
import { ARABIC_PLACES } from './arabic/places.js'
import { ARABIC_PROJECTS } from './arabic/projects.js'
import { ARABIC_QUEUE } from './arabic/queue.js'
import { ARABIC_REMARKS } from './arabic/remarks.js'
import { ARABIC_RETURNS } from './arabic/returns.js'
import { ARABIC_REVIEWERS } from './arabic/reviewers.js'
import { ARABIC_CONTROLS, ARABIC_RUN } from './arabic/run.js'
import { ARABIC_SPENDING } from './arabic/spending.js'

/** The texts of the review screens and the console in Arabic, from right to left: `<Console texts={ARABIC} … />`. What the server says stays English. */
export const ARABIC: ReviewTexts = {
  locale: 'ar',
  direction: 'rtl',
  runStatuses: { created: 'لم تبدأ', launching: 'قيد الإطلاق', running: 'جارية', paused: 'موقوفة مؤقتًا', draining: 'تُختتم', completed: 'مكتملة', expired: 'منتهية', failed: 'فاشلة' },
  unitStatuses: { created: 'محتجزة', launched: 'مفتوحة', assigned: 'قيد العمل', completed: 'بانتظار المراجعة', accepted: 'مقبولة', soft_rejected: 'مرفوضة رفضًا مخفَّفًا', rejected: 'مرفوضة', expired: 'منتهية' },
  refusals: {
    run_not_started: 'لم تكن قد بدأت',
    run_paused: 'كانت موقوفة مؤقتًا',
    run_draining: 'لم يعد يُوزَّع شيء',
    run_ended: 'كانت قد انتهت',
    all_answered: 'كان كل شيء قد أُجيب عنه',
    all_taken: 'كان كل ما بقي لدى آخرين',
    waiting_for_items: 'لم يكن هناك عنصر بعد',
    none_left_for_you: 'كانوا قد أنجزوا كل ما بقي',
    none_suitable: 'لم يكن لهم أي عنصر',
    undecided: 'لم يُعرف أي العناصر لهم',
    blocked: 'هم محظورون',
    not_selected: 'لم يقع عليهم الاختيار',
    not_invited: 'لم يُدعوا',
    not_qualified: 'ينقصهم مؤهل',
    run_limit_reached: 'بلغوا حد هذه الجولة',
    task_limit_reached: 'بلغوا حد هذه المهمة',
    working_elsewhere: 'لديهم أقصى عدد من الوحدات في آن واحد',
    daily_limit_reached: 'كسبوا أقصى ما يُكسب في يوم',
    onboarding_failed: 'لم يجتازوا التهيئة',
    training_failed: 'لم يجتازوا التدريب',
    screening_failed: 'لم يجتازوا الفرز',
    gold_failed: 'أخفقوا في الوحدات الذهبية',
    attention_failed: 'أخفقوا في اختبارات الانتباه',
    being_checked: 'كان التحقق منهم جاريًا',
    no_places_left: 'كان قد بدأ عدد كافٍ من الجدد',
    budget_exhausted: 'كانت الميزانية قد استُنفدت',
    project_budget_exhausted: 'كانت ميزانية المشروع قد استُنفدت',
  },
  common: {
    loading: 'جارٍ التحميل…',
    loadMore: 'تحميل المزيد',
    cancel: 'إلغاء',
    close: 'إغلاق',
    optional: '(اختياري)',
    stale: 'قد يكون ما تراه قديمًا. تُعاد المحاولة…',
    asTable: 'كجدول',
    nothing: 'لا شيء',
    erased: 'مُحي',
    yes: 'نعم',
    no: 'لا',
    wholeAnswer: 'الإجابة',
    keys: 'المفاتيح',
  },
  people: ARABIC_PEOPLE,
  console: {
    title: 'مفيستو',
    pages: 'الصفحات',
    runs: 'الجولات',
    projects: 'المشاريع',
    spending: 'الإنفاق',
    exports: 'التصدير',
    audit: 'سجل التدقيق',
    remarks: 'الملاحظات',
    skip: 'انتقال إلى الصفحة',
    partsOfRun: 'أجزاء الجولة',
    parts: { overview: 'نظرة عامة', answers: 'المراجعة', workers: 'العاملون', reviewers: 'المراجعون', remarks: 'الملاحظات' },
  },
  places: ARABIC_PLACES,
  projects: ARABIC_PROJECTS,
  spending: ARABIC_SPENDING,
  exports: ARABIC_EXPORTS,
  audit: ARABIC_AUDIT,
  runs: {
    title: 'الجولات',
    show: 'عرض الجولات التي هي',
    filters: { active: 'نشطة', ended: 'منتهية', archived: 'مؤرشفة', all: 'الكل' },
    empty: { active: 'لا تجري أي جولة. أطلِق جولة، وستظهر هنا تلقائيًا.', ended: 'لم تنتهِ أي جولة بعد.', archived: 'لا شيء مؤرشف.', all: 'لا توجد جولة بعد. أطلِق جولة، وستظهر هنا تلقائيًا.' },
    run: 'الجولة',
    missing: 'هذه الجولة غير موجودة',
    status: 'الحالة',
    answers: 'الإجابات',
    spent: 'المصروف',
    started: 'البداية',
    answered: (answered, total) => `${answered} من ${total}`,
    ofBudget: budget => `من ${budget}`,
    notStarted: 'ليس بعد',
  },
  run: ARABIC_RUN,
  workers: {
    title: 'العاملون',
    worker: 'العامل',
    answered: 'الإجابات',
    acceptedShare: 'المقبول',
    median: 'الوقت الوسيط',
    hourly: 'الكسب في الساعة',
    gold: 'الذهبية',
    waiting: 'بانتظار المراجعة',
    earned: 'المكتسب',
    empty: 'لم يُجب أحد بعد.',
    sortBy: name => `الترتيب حسب ${name}`,
  },
  reviewers: ARABIC_REVIEWERS,
  queue: ARABIC_QUEUE,
  bulk: ARABIC_BULK,
  extras: ARABIC_EXTRAS,
  sampling: ARABIC_SAMPLING,
  history: ARABIC_HISTORY,
  desk: ARABIC_DESK,
  news: ARABIC_NEWS,
  remarks: ARABIC_REMARKS,
  returns: ARABIC_RETURNS,
  acts: {
    effects: 'أثر ذلك',
    underWay: 'جارٍ الإرسال…',
    notDone: why => `لم يتغيّر شيء: ${why}`,
    unknown: 'لا يُعرف هل نُفّذ الطلب: لم يُجب الخادم. ما كتبته ما زال هنا. أرسله مرة أخرى: ما نُفّذ لا يُنفَّذ مرتين.',
  },
  controls: ARABIC_CONTROLS,
}

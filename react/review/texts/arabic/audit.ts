import type { ReviewTexts } from '../english.js'

const actions: Readonly<Record<string, string>> = {
  approve: 'قبول إجابات', approve_rest: 'قبول إجابات دون قراءة بعد عينة', soft_reject: 'رفض إجابات رفضًا مخفَّفًا', reject: 'رفض إجابات', overturn: 'قبول إجابات بعد رفضها', undo: 'التراجع عن قرار',
  compensate: 'دفع أجر إضافي', block: 'حظر شخص', lift: 'رفع حظر', admit: 'السماح لأشخاص بالدخول', reassign: 'إسناد عناصر إلى آخرين', reopen: 'إسناد عمل شخص محظور إلى آخرين', restore: 'إعادة العمل إلى صاحبه بعد الحظر',
  grant: 'منح مؤهل', revoke: 'سحب مؤهل', make_qualification: 'إنشاء مؤهل', change_qualification: 'تعديل مؤهل', delete_qualification: 'حذف مؤهل',
  create_project: 'إنشاء مشروع', rename_project: 'إعادة تسمية مشروع', archive_project: 'أرشفة مشروع أو استعادته', set_project_budget: 'تحديد ميزانية مشروع', archive_task: 'أرشفة مهمة أو استعادتها',
  move_task: 'نقل مهمة', set_task_retention: 'تحديد مدة حفظ الإجابات', discard_files: 'التخلص من ملفات', remove_data: 'إزالة بيانات جولة', pseudonymise: 'إزالة اسم', erase: 'محو بيانات شخص',
  decide_remarks: 'البت في ملاحظات', create_webhook: 'إنشاء خطاف ويب', pause_webhook: 'إيقاف خطاف ويب مؤقتًا', resume_webhook: 'استئناف خطاف ويب', rotate_webhook: 'تغيير سر خطاف ويب', delete_webhook: 'حذف خطاف ويب',
  replay_webhook: 'إعادة إرسال خطاف ويب', replay_calls: 'إعادة محاولة الاستدعاءات', import: 'استيراد جولة',
}

const subjects: Readonly<Record<string, string>> = {
  task_run: 'جولة', run: 'جولة مستوردة', task: 'مهمة', project: 'مشروع', worker: 'عامل', qualification: 'مؤهل', block: 'حظر', compensation: 'أجر إضافي', decision: 'قرار', unit: 'وحدة', webhook: 'خطاف ويب',
  outbox: 'استدعاءات خارجية', remark: 'ملاحظة', remarks: 'عدة ملاحظات',
}

const archiving: Readonly<Record<string, { readonly archived: string; readonly broughtBack: string }>> = {
  archive_project: { archived: 'أرشفة مشروع', broughtBack: 'إخراج مشروع من الأرشيف' }, archive_task: { archived: 'أرشفة مهمة', broughtBack: 'إخراج مهمة من الأرشيف' },
}

/** Texts of the page of the audit log, in Arabic. */
export const ARABIC_AUDIT: ReviewTexts['audit'] = {
  title: 'سجل التدقيق',
  actions,
  archiving,
  subjects,
  operatorsOnly: 'سجل التدقيق مخصص للمشغِّلين',
  whyNot: roles => `يبيّن السجل من فعل ماذا، وفيه أسماء العاملين الذين وردوا في الطلبات. قراءته تتطلب دور المشغِّل (operator)؛ أدوارك: ${roles}. يستطيع من يدير هذا التطبيق أن يمنحك إياه.`,
  noRole: 'لا شيء',
  filter: 'أي الأفعال',
  who: 'الفاعل',
  whoHint: 'معرّفه في نظام تسجيل الدخول لديك.',
  what: 'الفعل',
  anything: 'أي شيء',
  about: 'الموضوع',
  aboutId: 'معرّف الموضوع',
  aboutIdHint: 'معرّف الجولة أو المهمة أو العامل أو غير ذلك.',
  wrongId: 'لا يحتوي المعرّف إلا على حروف لاتينية وأرقام وشرطات وشرطات سفلية.',
  apply: 'عرض هذه',
  clear: 'عرض الكل',
  when: 'الوقت',
  asked: 'التفاصيل',
  askedFor: 'المطلوب',
  replied: 'الرد',
  requestId: 'معرّف الطلب',
  inRun: 'جولته',
  empty: 'لم يفعل أحد بعدُ شيئًا يُحفظ هنا.',
  filteredEmpty: 'لا يوجد فعل بهذه الصفات.',
}

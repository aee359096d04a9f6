import type { ReviewTexts } from '../english.js'

/** Texts of what happened at a unit, in Arabic. */
export const ARABIC_HISTORY: ReviewTexts['history'] = {
  title: 'ما الذي جرى',
  somebody: 'شخص ما',
  away: 'لا يمكن عرضه الآن. تجري المحاولة مجددًا…',
  events: {
    onboard: who => `بدأ ${who} التهيئة`,
    wait: who => `ينتظر ${who} آخرين`,
    begin: who => `بدأ ${who} العمل`,
    extend: who => `مُنح ${who} وقتًا إضافيًا`,
    complete: who => `أجاب ${who}`,
    opine: who => `حكم مراجع على إجابة ${who}`,
    retract: who => `سحب مراجع حكمه على إجابة ${who}`,
    set_aside: who => `وصلت إجابة من ${who} متأخرة وحُفظت`,
    return: who => `أعادها ${who}`,
    disconnect: who => `انقطع اتصال ${who}`,
    time_out: who => `نفد وقت ${who}`,
    expire: who => `انتهت قبل أن يجيب ${who}`,
    lose_partner: who => `غادر من كان يعمل مع ${who}`,
    pass: who => `اجتازها ${who}`,
    fail: who => `لم يجتزها ${who}`,
    approve: who => `قُبلت إجابة ${who}`,
    overturn: who => `قُبلت إجابة ${who} في النهاية`,
    soft_reject: who => `رُفضت إجابة ${who} رفضًا مخفَّفًا`,
    reject: who => `رُفضت إجابة ${who}`,
    undo: who => `سُحب القرار بشأن إجابة ${who}`,
  },
  decided: {
    approve: by => `قبلها ${by}`,
    overturn: by => `قبلها ${by} في النهاية`,
    soft_reject: by => `رفضها ${by} رفضًا مخفَّفًا`,
    reject: by => `رفضها ${by}`,
    undo: by => `سحب ${by} القرار`,
    opine: by => `حكم عليها ${by}`,
    retract: by => `سحب ${by} حكمه`,
  },
}

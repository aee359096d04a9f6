/** Notices as an office wrote them, and as somebody wrote them again. */
export const notices = [
  { first: 'Residents are advised that refuse collection is deferred by one day owing to the public holiday.', second: 'Because of the holiday, we collect your bins one day later this week.' },
  { first: 'The pool is closed on Monday. We are mending the heating.', second: 'Owing to remedial works to the heating installation, the pool will be inaccessible on Monday.' },
  { first: 'Failure to present a valid permit may result in removal of the vehicle.', second: 'If you park here without a permit, we may tow your car.' },
  { first: 'Boil tap water for three minutes before you drink it, until Friday.', second: 'Until Friday, consumption of mains water is recommended solely after boiling for three minutes.' },
]

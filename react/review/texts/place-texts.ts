import { UNSAID } from '../review-failure.js'

/** What pages of the console share. */
export const PLACE_TEXTS = {
  failures: {
    not_logged_in: 'You are not logged in',
    role_missing: 'This is not for you to see',
    not_found: 'There is no such thing',
    refused: 'The server said no',
    broken: 'Something is wrong on the server',
    away: 'The server cannot be reached',
  },
  /** What the page says where the server has said nothing of its own. */
  unsaid: { ...UNSAID } as Record<keyof typeof UNSAID, string>,
  logInFirst: 'This page is for people who are logged in. Log in, then come back.',
  askForRole: (message: string): string => `${message} Whoever runs this app can give you the role.`,
  goesOnByItself: 'It may be starting again, or the network may be down. This page keeps trying and goes on by itself.',
  logIn: 'Log in',
  tryAgain: 'Try again',
  kinds: { run: 'Run', task: 'Task', project: 'Project' },
  everything: 'Everything',
  of: 'Of',
  which: { run: 'Which run', task: 'Which task', project: 'Which project' },
  choose: 'Choose…',
  noneToChoose: { run: 'There is no run yet.', task: 'There is no task yet.', project: 'There is no project yet.' },
  person: 'Worker',
  personHint: 'The name that exports show, the id here, or provider:id. Leave it empty for all.',
  from: 'From',
  before: 'Before',
  wrongSpan: '“Before” must be later than “From”.',
  wrongTime: 'Choose a day and a time of day.',
}

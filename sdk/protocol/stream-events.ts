/** Names of the events of a stream that are not packets. */

/** What others let this page know for the moment. */
export const SIGNAL_EVENT = 'signal'
/** The server ends the stream, and the page is to open it again at once: others wait for whoever is not there, and that a page is gone without a word shows by what it does not do. */
export const REOPEN_EVENT = 'reopen'

/**
 * The version of what task pages and servers say to each other. It goes up when one of them would misunderstand the other; what is added and may be
 * passed over leaves it. Programs that say none are taken for version 1.
 */
export const WIRE_VERSION = 1

/** The oldest version that this server speaks. It goes up when pages of before cannot be served any more; they are told to load again. */
export const OLDEST_WIRE_VERSION = 1

/** The header, or connection parameter of a socket, in which a page says its version. */
export const WIRE_HEADER = 'x-mephisto-wire'

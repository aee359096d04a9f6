/** The path below the mount at which sockets are opened; calls are made below it. */
export const RPC_PATH = 'trpc'

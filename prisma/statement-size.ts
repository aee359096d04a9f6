import { DriverFailure } from './drivers/driver-failure.js'
import type { RawStatements } from './raw-client.js'

/** A statement that was not sent, because it is more than the server takes. What it is part of can go on. */
export class OversizedStatement extends DriverFailure {
  constructor(bytes: number, largest: number) {
    super('StatementTooLarge', new Error(`${String(bytes)} bytes, where max_allowed_packet is ${String(largest)}`))
  }
}

/** Of a smaller statement the server is never asked, bytes. Nobody sets one up to take less. */
const ALWAYS_TAKEN = 200_000
/** What is sent beside the values: so much, and so much for each of them, bytes. */
const BESIDE = { all: 1_000, each: 16 } as const

/**
 * Statements on MariaDB or MySQL that fail with an {@link OversizedStatement} ahead of being sent where they pass `max_allowed_packet`:
 * the server would cut the connection in the middle, which looks like a server that is away. It is asked when a statement is larger
 * than all that are known to fit, so once, and again after somebody raised the limit.
 */
export function packetCheck(): (raw: RawStatements) => RawStatements {
  let largest = ALWAYS_TAKEN
  const check = async (raw: RawStatements, values: readonly unknown[]): Promise<void> => {
    const size = values.reduce<number>((sum, value) => sum + BESIDE.each + (typeof value === 'string' ? Buffer.byteLength(value) : 0), BESIDE.all)
    if (size <= largest) return
    const [row] = await raw.$queryRawUnsafe<readonly { readonly largest: number | bigint | string }[]>('SELECT @@max_allowed_packet AS largest')
    largest = Number(row?.largest)
    if (size > largest) throw new OversizedStatement(size, largest)
  }
  return raw => ({
    $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) => {
      await check(raw, values)
      return raw.$queryRawUnsafe<Rows>(sql, ...values)
    },
    $executeRawUnsafe: async (sql, ...values) => {
      await check(raw, values)
      return raw.$executeRawUnsafe(sql, ...values)
    },
  })
}

import * as z from 'zod'
import { isCurrency } from './money.js'

/** Schema of `Money` that is zero or more. Apart from money.ts, so that pages which only show money load no schemas. */
export const moneySchema = z.object({
  minor: z.int().min(0).max(1_000_000_000_000),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as USD').refine(isCurrency, 'is not a currency'),
}).meta({ typeText: 'money' })

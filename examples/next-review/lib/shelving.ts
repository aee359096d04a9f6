import { defineBlueprint } from 'mephisto-sdk/blueprint'
import * as z from 'zod'

export const SHELVES = ['Kitchen', 'Garden', 'Workshop', 'Outdoors'] as const

/** Somebody says on which shelf a thing belongs. */
export const shelving = defineBlueprint({
  type: 'shelving',
  input: z.object({ thingId: z.int(), name: z.string(), about: z.string() }),
  output: z.object({ shelf: z.enum(SHELVES, { error: 'Choose a shelf.' }) }),
})

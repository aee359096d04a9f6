import * as z from 'zod'
import { defineBlueprint, fileSchema } from '../sdk/blueprints/index.js'

/** A blueprint whose answer has a field of every kind that a form knows. */
export const everyField = defineBlueprint({
  type: 'every-field',
  input: z.object({ text: z.string(), source: z.string() }),
  output: z.object({
    mood: z.enum(['good', 'bad', 'mixed']).meta({ title: 'What is the mood?', description: 'Of the whole text.', labels: { good: 'Happy', bad: 'Unhappy' } }),
    isSpam: z.boolean(),
    isSure: z.boolean().default(false).meta({ title: 'I am sure' }),
    stars: z.int().min(1).max(5),
    share: z.number().min(0).max(1).multipleOf(0.1).optional(),
    language: z.enum(['Danish', 'Dutch', 'English', 'French', 'German', 'Greek', 'Italian', 'Polish', 'Spanish']),
    topics: z.array(z.enum(['price', 'quality', 'delivery'])).min(1, 'Choose at least one topic.'),
    title: z.string().max(60).meta({ placeholder: 'In a few words' }),
    why: z.string().min(10, 'Say a little more.').optional().meta({ title: 'Why?' }),
    seen: z.iso.date().optional(),
    mail: z.email().nullable().default(null),
    place: z.object({ city: z.string().max(50), 'zip.code': z.string().max(9).optional() }),
    people: z.array(z.object({ name: z.string().min(1, 'Give a name.').max(50), role: z.enum(['author', 'reader']) })).max(2),
    verdict: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('keep') }), z.object({ kind: z.literal('change'), proposal: z.string().min(3).max(80) }),
    ]).meta({ title: 'What should be done?' }),
    photo: fileSchema({ accept: ['image/*'], maxBytes: 100_000 }).optional(),
    extra: z.record(z.string(), z.number()).optional(),
  }),
  onboarding: { input: z.object({ rules: z.string() }), output: z.object({ hasRead: z.literal(true).meta({ title: 'Have you read them?', labels: { true: 'I have' } }) }) },
})

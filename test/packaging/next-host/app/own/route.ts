export const GET = (): Response => new Response('the host itself', { headers: { 'set-cookie': 'own=1' } })

export const POST = async (request: Request): Promise<Response> => Response.json(await request.json())

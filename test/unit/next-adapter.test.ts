import { expect, test } from 'vitest'
import { nextArchitect, perProcess } from '../../adapters/next.js'

test('every method of the routes asks for the instance when it is called, and not before', async () => {
  const architect = nextArchitect({ baseUrl: 'https://app.example/base/mephisto/', taskUrl: '/base/work' })
  expect(architect).toMatchObject({ type: 'next', basePath: '/base/mephisto/', taskUrl: 'https://app.example/base/work' })
  const asked: string[] = []
  const routes = architect.routes(() => ({ handler: request => {
    asked.push(`${request.method} ${request.url}`)
    return Promise.resolve(new Response('answered'))
  } }))
  expect(Object.keys(routes)).toEqual(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])
  expect(asked).toEqual([])
  expect(await (await routes.GET(new Request('http://localhost:3000/base/mephisto/health?a=1'))).text()).toBe('answered')
  expect((await routes.POST(new Request('http://localhost:3000/base/other', { method: 'POST' }))).status).toBe(404)
  expect(asked).toEqual(['GET https://app.example/base/mephisto/health?a=1'])
  await expect(architect.routes(() => Promise.reject(new Error('no database'))).GET(new Request('http://localhost/base/mephisto/'))).rejects.toThrow('no database')
})

test('what is made once in a process is made when it is asked for, whoever asks, and anew when that failed', async () => {
  let made = 0
  const name = `test ${String(Math.random())}`
  const make = (): Promise<number> => (++made === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve(made))
  // As two bundles of one module have it.
  const [here, there] = [perProcess(name, make), perProcess(name, make)]
  expect(made).toBe(0)
  await Promise.all([here, there].map(get => expect(get()).rejects.toThrow('not yet')))
  expect([await here(), await there(), await here()]).toEqual([2, 2, 2])
  expect(await perProcess(`${name}, another`, make)()).toBe(3)
})

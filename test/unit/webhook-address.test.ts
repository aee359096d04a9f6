import { describe, expect, test } from 'vitest'
import { checkedWebhookUrl, publicAddressesOf } from '../../sdk/operations/webhooks/webhook-address.js'
import { isPublicAddress } from '../../sdk/operations/webhooks/public-address.js'
import type { Network } from '../../sdk/ports/network.js'

const PUBLIC = ['8.8.8.8', '1.1.1.1', '93.184.216.34', '172.15.0.1', '172.32.0.1', '100.63.255.255', '100.128.0.1', '169.253.0.1', '192.167.1.1', '223.255.255.255', '2606:4700:4700::1111', '2a00:1450:4001::200e', '::ffff:8.8.8.8']

const NOT_PUBLIC = [
  // This host, private, shared, loopback, link-local with the metadata services of clouds.
  '0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.0.1', '169.254.169.254', '169.254.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1',
  // For protocols, documentation, benchmarks; multicast, reserved, broadcast.
  '192.0.0.1', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
  '::', '::1', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', 'fec0::1', '2001:db8::1', '100::1',
  // IPv6 that carries IPv4: mapped, compatible, translated, tunnelled.
  '::ffff:10.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254', '::10.0.0.1', '::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b::8.8.8.8', '2002:a00:1::1', '2001:0:1::1',
  // No address at all.
  '', 'localhost', 'hooks.example', '1.2.3', '1.2.3.4.5', '[::1]', '8.8.8.8:80',
]

test.each(PUBLIC)('%s is public', address => expect(isPublicAddress(address)).toBe(true))
test.each(NOT_PUBLIC)('"%s" is not public', address => expect(isPublicAddress(address)).toBe(false))

describe('the address of a webhook', () => {
  test.each([
    ['https://hooks.example/a?b=1', 'https://hooks.example/a?b=1'], ['HTTPS://Hooks.Example:443', 'https://hooks.example/'], ['https://8.8.8.8:8443/x', 'https://8.8.8.8:8443/x'],
    ['https://[2606:4700:4700::1111]/', 'https://[2606:4700:4700::1111]/'], ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ])('%s is kept as %s', (text, href) => expect(checkedWebhookUrl(text, []).href).toBe(href))

  test.each([
    // Every way to write 127.0.0.1, and neighbours of it.
    'https://127.0.0.1/', 'https://127.1/', 'https://0x7f.1/', 'https://0x7f000001/', 'https://2130706433/', 'https://0177.0.0.1/', 'https://017700000001/', 'https://127.0.0.1./', 'https://①②⑦.0.0.1/', 'https://127。0。0。1/',
    'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://[::ffff:10.0.0.1]/', 'https://[0:0:0:0:0:ffff:7f00:1]/', 'https://0/', 'https://0.0.0.0/', 'https://[::]/',
    'https://localhost/', 'https://LOCALHOST:8080/', 'https://localhost./', 'https://app.localhost/',
    'https://169.254.169.254/latest/meta-data/', 'https://0xA9FEA9FE/', 'https://2852039166/', 'https://100.64.1.1/', 'https://10.1/', 'https://192.168.257/', 'https://172.16.1/', 'https://[fe80::1]/', 'https://[fd00:ec2::254]/',
  ])('%s is refused: not public', text => {
    expect(() => checkedWebhookUrl(text, [])).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining('is not a public address. To tell a host inside your network, name it in the option "webhooks.allowPrivate"') as string }) as Error)
  })

  test.each([
    ['http://hooks.example/', 'must begin with https://'], ['ftp://hooks.example/', 'must begin with https://'], ['file:///etc/passwd', 'must begin with https://'], ['javascript:alert(1)', 'must begin with https://'],
    ['hooks.example', 'whole address'], ['', 'whole address'], ['https://', 'whole address'], ['https://1.2.3.256/', 'whole address'],
    ['https://me:word@hooks.example/', 'user or password'], ['https://me@hooks.example/', 'user or password'], ['https://hooks.example/#there', 'fragment'],
  ])('%s is refused: %s', (text, words) => {
    expect(() => checkedWebhookUrl(text, ['127.0.0.1'])).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(words) as string }) as Error)
  })

  test('that is not public is let through where its host is allowed, with this port or any', () => {
    expect(checkedWebhookUrl('http://127.0.0.1:1234/', ['127.0.0.1:1234']).href).toBe('http://127.0.0.1:1234/')
    expect(checkedWebhookUrl('http://127.1:99/', ['127.0.0.1']).port).toBe('99')
    expect(checkedWebhookUrl('https://Inside/', ['inside:443']).hostname).toBe('inside')
    expect(checkedWebhookUrl('http://[::1]:80/', ['[::1]:80']).hostname).toBe('[::1]')
    expect(() => checkedWebhookUrl('http://127.0.0.1:1235/', ['127.0.0.1:1234'])).toThrow('https')
    expect(() => checkedWebhookUrl('https://127.0.0.2/', ['127.0.0.1'])).toThrow('not a public address')
  })
})

describe('the addresses that are connected to', () => {
  const names = (...answers: string[][]): Network & { readonly asked: string[] } => {
    const asked: string[] = []
    return { asked, resolve: host => Promise.resolve(answers[asked.push(host) - 1] ?? []), post: () => Promise.reject(new Error('not to be called')) }
  }
  const refused = (words: string) => ({ code: 'forbidden', message: expect.stringContaining(words) as string })

  test('are what the name stands for, looked up once and handed on', async () => {
    const network = names(['93.184.216.34', '2606:4700::1'])
    expect(await publicAddressesOf(new URL('https://hooks.example/'), network, [])).toEqual(['93.184.216.34', '2606:4700::1'])
    expect(network.asked).toEqual(['hooks.example'])
  })

  test.each([['10.0.0.1'], ['93.184.216.34', '169.254.169.254'], ['::1'], ['::ffff:192.168.0.1']])('are refused when one is not public: %s %s', async (...addresses) => {
    await expect(publicAddressesOf(new URL('https://hooks.example/'), names(addresses), [])).rejects.toMatchObject(refused('"hooks.example" stands for'))
  })

  test('are looked at each time: a name that was public before may be private now', async () => {
    const network = names(['93.184.216.34'], ['127.0.0.1'])
    const url = new URL('https://rebinding.example/')
    expect(await publicAddressesOf(url, network, [])).toEqual(['93.184.216.34'])
    await expect(publicAddressesOf(url, network, [])).rejects.toMatchObject(refused('127.0.0.1, which is not a public address'))
  })

  test('of an allowed host may be private, of an unknown one there are none', async () => {
    expect(await publicAddressesOf(new URL('http://inside:8080/'), names(['10.0.0.1']), ['inside:8080'])).toEqual(['10.0.0.1'])
    await expect(publicAddressesOf(new URL('http://inside:8081/'), names(['10.0.0.1']), ['inside:8080'])).rejects.toMatchObject(refused('10.0.0.1'))
    await expect(publicAddressesOf(new URL('https://nowhere.example/'), names([]), [])).rejects.toMatchObject({ code: 'not_found' })
    expect(await publicAddressesOf(new URL('https://8.8.8.8/'), names(), [])).toEqual(['8.8.8.8'])
    await expect(publicAddressesOf(new URL('https://[::1]/'), names(), [])).rejects.toMatchObject(refused('::1'))
  })
})

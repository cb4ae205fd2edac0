import { expect, it } from 'vitest'
import { isDroppedPath, PathTokens } from './path-tokens.ts'

it('hands out one token a path, which ends with the file’s name and says nothing of its folder', () => {
  const tokens = new PathTokens()
  const token = tokens.tokenFor('/home/someone/secret/RTE')
  expect(token).toMatch(/\/RTE$/)
  expect(token).not.toContain('secret')
  expect(tokens.tokenFor('/home/someone/secret/RTE')).toBe(token)
  expect(tokens.pathOf(token)).toBe('/home/someone/secret/RTE')
})

it.each(['/etc/passwd', '', '../x', 'chosen:0/passwd', 'constructor', '__proto__'])('refuses %j', (name) => {
  const tokens = new PathTokens()
  tokens.tokenFor('/data/RTE')
  expect(() => tokens.pathOf(name)).toThrow('nobody chose')
})

it('takes no token of another app for its own', () => {
  const token = new PathTokens().tokenFor('/data/RTE')
  expect(() => new PathTokens().pathOf(token)).toThrow('nobody chose')
})

it('forgets the oldest of very many', () => {
  const tokens = new PathTokens()
  const first = tokens.tokenFor('/0')
  for (let index = 1; index <= 10_000; index += 1) tokens.tokenFor(`/${index}`)
  expect(() => tokens.pathOf(first)).toThrow('nobody chose')
  expect(tokens.pathOf(tokens.tokenFor('/10000'))).toBe('/10000')
})

it('knows what cannot be a dropped path', () => {
  expect(['/a', 'C:\\a'].every(isDroppedPath)).toBe(true)
  expect(['', 7, null, undefined, {}, '/a\0b', `/${'a'.repeat(40_000)}`].some(isDroppedPath)).toBe(false)
})

import { expect, it } from 'vitest'
import { createLogger } from './logger.ts'

it('keeps stacks out of warnings', () => {
  const lines: string[] = []
  createLogger('queue', (line) => lines.push(line)).warn('odd', { cause: new Error('why') })
  expect(lines[0]).toMatch(/warn queue: odd \{"cause":"why"\}\n$/)
})

it('writes one line a remark, with the cause of an error', () => {
  const lines: string[] = []
  const logger = createLogger('queue', (line) => lines.push(line))
  logger.info('started', { runId: 'r-1' })
  logger.error('died', { cause: new Error('why') })
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^\d{4}-.*Z info queue: started \{"runId":"r-1"\}\n$/)
  expect(lines[1]).toMatch(/error queue: died \{"cause":"Error: why/)
  expect(lines[1]!.trimEnd()).not.toContain('\n')
})

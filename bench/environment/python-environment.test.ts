import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { environmentReady, pythonFor } from './python-environment.mjs'

const folder = mkdtempSync(join(tmpdir(), 'addrop-bench-test-'))
const plan = { name: 'some', requirements: ['some==1'], modules: ['json', 'no_such_module_here'] }

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('an environment', () => {
  it('is ready once it is complete, for these releases only', () => {
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin', 'python'), '')
    expect(environmentReady(plan, folder)).toBe(false)
    writeFileSync(join(folder, 'addrop-bench.json'), JSON.stringify({ requirements: plan.requirements }))
    expect(environmentReady(plan, folder)).toBe(true)
    expect(environmentReady({ ...plan, requirements: ['some==2'] }, folder)).toBe(false)
  })
})

describe('a Python that a person names', () => {
  it('must be a program', async () => {
    await expect(pythonFor(plan, join(folder, 'none'))).rejects.toThrow(/is no program/)
  })

  it('must have what is needed', async () => {
    await expect(pythonFor(plan, 'python3')).rejects.toThrow(
      'python3 lacks no_such_module_here: install "some==1"',
    )
    expect(await pythonFor({ ...plan, modules: ['json'] }, 'python3')).toMatch(/python3$/)
  })
})

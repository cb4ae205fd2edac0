/** Development only: the window in a plain browser, on demo data that moves. */
import { createFakeLabClient } from '@renderer/bridge/fake-lab-client.ts'
import type { LabClient } from '@renderer/bridge/lab-client.ts'

const scenarios = ['demo', 'empty', 'many', 'methods', 'errors'] as const

/**
 * A client on demo data; runs advance twice a second.
 *
 * @param wanted name of a scenario; anything else means `demo`
 */
export function startFakeLab(wanted: string): LabClient {
  const client = createFakeLabClient(scenarios.find((scenario) => scenario === wanted) ?? 'demo')
  setInterval(() => client.lab.advance(4), 500)
  return client
}

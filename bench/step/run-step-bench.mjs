/** The step bench from its options to its result. */
import { writeJson } from '../../tools/setup/whole-or-nothing.mjs'
import { say } from '../command/run-command.mjs'
import { measureInRounds, quietnessLines } from '../measuring/interleaved-rounds.mjs'
import { describeMachine, machineLine } from '../measuring/machine.mjs'
import { stepContenders } from './contenders.mjs'
import { stepReport } from './step-report.mjs'
import { summarizeSteps } from './step-summary.mjs'

/**
 * @typedef {object} StepResult
 * @property {import('../measuring/interleaved-rounds.mjs').Measurement[]} measurements
 * @property {string} text tables, for a person
 * @property {boolean} complete whether nobody failed
 */

/**
 * Measures everybody in rounds; the raw rounds are written after each measurement, so an interrupted bench keeps them.
 *
 * @param {import('./contenders.mjs').StepOptions} options
 * @param {number} rounds
 * @param {{ file: string | undefined, signal: AbortSignal }} surroundings `file` gets the raw rounds
 * @returns {Promise<StepResult>}
 */
export async function runStepBench(options, rounds, { file, signal }) {
  const machine = await describeMachine()
  say(machineLine(machine))
  const keep = (
    /** @type {readonly import('../measuring/interleaved-rounds.mjs').Measurement[]} */ measured,
  ) => {
    if (file)
      writeJson(file, {
        bench: 'step',
        machine,
        settings: { ...options, rounds },
        summary: summarizeSteps(measured),
        rounds: measured,
      })
  }
  const measurements = await measureInRounds(stepContenders(options), rounds, { say, keep, signal })
  const head = [machineLine(machine), versionLine(measurements), ...quietnessLines(measurements)].join('\n')
  const tables = stepReport(options.size, summarizeSteps(measurements), options.device)
  return {
    measurements,
    text: `${head}\n${tables}\n`,
    complete: measurements.every(({ trouble }) => trouble === null),
  }
}

/**
 * @param {readonly import('../measuring/interleaved-rounds.mjs').Measurement[]} measurements
 * @returns {string} what the contenders say they are
 */
function versionLine(measurements) {
  const answers = measurements.flatMap(({ answer }) => (answer ? [answer] : []))
  const torch = answers.find((answer) => answer.torch)
  const lab = answers.find((answer) => answer.engine)
  const engine = typeof lab?.engine === 'string' ? lab.engine : JSON.stringify(lab?.engine ?? null)
  const opponent = torch
    ? `PyTorch ${torch.torch}, transformers ${torch.transformers}, ${torch.threads} threads, on ${torch.device}`
    : 'PyTorch: not measured'
  return `lab's engine: ${lab ? engine : 'not measured'}; ${opponent}`
}

/** Every call that the lab answers, by name. */
import type { Lab } from '@main/services/lab.ts'
import type { LabHandlers } from './call-handlers.ts'
import { singleFlight } from './single-flight.ts'

/**
 * A handler for every call of the lab.
 *
 * @param lab the lab
 */
export function labHandlers(lab: Lab): LabHandlers {
  return {
    // Each starts a process: a page that asks on and on gets the same answer.
    'system.doctor': singleFlight(() => lab.system.doctor()),
    'drop.inspect': (input) => lab.inspectDrop(input),
    'sample.launch': () => lab.sample.launch(),
    'dataset.import': (input) => lab.datasets.import(input),
    'dataset.list': () => lab.datasets.list(),
    'dataset.preview': (input) => lab.datasets.preview(input),
    'dataset.remove': (input) => lab.datasets.remove(input),
    'checkpoint.import': (input) => lab.checkpoints.import(input),
    'checkpoint.list': () => lab.checkpoints.list(),
    'checkpoint.remove': (input) => lab.checkpoints.remove(input),
    'study.plan': (input) => lab.studies.plan(input),
    'study.launch': (input) => lab.studies.launch(input),
    'study.list': () => lab.studies.list(),
    'run.list': () => lab.runs.list(),
    'run.unreadable': () => lab.runs.unreadable(),
    'run.show': (input) => lab.runs.show(input),
    'run.steps': (input) => lab.runs.steps(input),
    'run.control': (input) => lab.runs.control(input),
    'queue.state': () => lab.queue.state(),
    'queue.setPaused': (input) => lab.queue.setPaused(input),
    'queue.move': (input) => lab.queue.move(input),
    'compare.groups': (input) => lab.comparisons.groups(input),
  }
}

/** Progress on standard error: a line for each epoch, and on a terminal one line that is redrawn in between. */
import type { LabEvent, RunListItem } from '@shared/contracts/lab-contract.ts'
import type { RunEvent } from '@shared/results/run-event.ts'
import { metrics } from '@shared/tasks/metric.ts'
import { formatDuration, formatDurationRange } from './duration.ts'
import { oneLine } from '@shared/text/visible-text.ts'
import { missing } from './score-text.ts'

/** Redraws at most this often. */
const redrawMs = 100

/** Writes progress as lab events come. */
export class ProgressReport {
  readonly #write: (text: string) => void
  readonly #isTerminal: boolean
  readonly #names = new Map<string, string>()
  readonly #order: string[] = []
  #numRuns = 0
  #hasLine = false
  #drawnMs = 0

  /**
   * @param write standard error
   * @param isTerminal whether a line may be redrawn
   */
  constructor(write: (text: string) => void, isTerminal: boolean) {
    this.#write = write
    this.#isTerminal = isTerminal
  }

  /** @param numRuns how many runs will be carried out; shown as “2 of 6” */
  expect(numRuns: number): void {
    this.#numRuns = numRuns
  }

  /** @param event the lab's next event */
  apply(event: LabEvent): void {
    if (event.type === 'run-changed') this.#runChanged(event.item)
    if (event.type === 'run-events') for (const runEvent of event.events) this.#runEvent(runEvent)
  }

  /** Removes the redrawn line. */
  end(): void {
    if (this.#hasLine) this.#write('\r\u001b[2K')
    this.#hasLine = false
  }

  #line(text: string): void {
    this.end()
    this.#write(`${oneLine(text)}\n`)
  }

  #label(runId: string): string {
    const place = this.#order.indexOf(runId) + 1
    const count = this.#numRuns > 1 && place > 0 ? `[${place}/${this.#numRuns}] ` : ''
    return `${count}${this.#names.get(runId) ?? runId}`
  }

  #runChanged(item: RunListItem): void {
    this.#names.set(item.runId, item.name)
    if (item.status === 'running' && !this.#order.includes(item.runId)) this.#order.push(item.runId)
    if (item.status !== 'running' || !this.#isTerminal || performance.now() - this.#drawnMs < redrawMs) return
    const parts = [this.#label(item.runId), `epoch ${item.epoch}/${item.maxEpochs}`]
    if (item.phase !== null) parts.push(item.phase)
    parts.push(`step ${item.step}${item.totalSteps === null ? '' : `/${item.totalSteps}`}`)
    if (item.lastLoss !== null) parts.push(`loss ${item.lastLoss.toFixed(4)}`)
    if (item.etaSeconds !== null) parts.push(`${formatDurationRange(item.etaSeconds)} left`)
    this.end()
    this.#write(oneLine(parts.join('  ')))
    this.#hasLine = true
    this.#drawnMs = performance.now()
  }

  #runEvent(event: RunEvent): void {
    const label = this.#label(event.runId)
    switch (event.type) {
      case 'run-started':
        this.#line(
          `${label}: started on ${event.engine.backend} (${event.engine.device}), ${event.totalSteps} steps${event.resumedAtStep === null ? '' : `, going on after step ${event.resumedAtStep}`}`,
        )
        break
      case 'evaluation': {
        const { epoch, phase, trainLoss, validationLoss, metrics: scores, seconds } = event.summary
        const score = Object.entries(scores)
          .slice(0, 1)
          .map(
            ([id, value]) => `, ${metrics[id as keyof typeof metrics].label} ${value?.toFixed(4) ?? missing}`,
          )
        this.#line(
          `${label}: epoch ${epoch} (${phase}): training loss ${trainLoss.toFixed(4)}, validation loss ${validationLoss.toFixed(4)}${score.join('')}, ${formatDuration(seconds.total)}`,
        )
        break
      }
      case 'message':
        this.#line(`${label}: ${event.text}`)
        break
      case 'run-ended':
        this.#line(`${label}: ${event.status}${event.failure === null ? '' : `: ${event.failure.message}`}`)
        break
      case 'epoch-started':
      case 'step':
      case 'checkpoint':
        break
    }
  }
}

/** `lab doctor`: what this machine can run, and what is missing. */
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { formatBytes } from '@main/cli/duration.ts'
import { done } from '@main/cli/output.ts'
import { textTable } from '@main/cli/text-table.ts'
import type { DoctorReport } from '@shared/results/doctor-report.ts'

function doctorText(report: DoctorReport): string {
  const engines = textTable(
    [
      { title: 'Engine', cell: (engine) => engine.backend },
      {
        title: 'State',
        cell: (engine) => (engine.chosen ? 'chosen' : engine.available ? 'available' : 'not available'),
      },
      { title: 'Version', cell: (engine) => engine.version ?? '–' },
      { title: '', cell: (engine) => engine.message },
    ],
    report.engines,
  )
  const { processor, gpus, memoryBytes, disk } = report
  const gpuText = gpus.map(
    (gpu) => `${gpu.name}${gpu.memoryBytes === null ? '' : ` (${formatBytes(gpu.memoryBytes)})`}`,
  )
  return [
    engines,
    '',
    `Processor: ${processor.model}, ${processor.cores} cores${processor.features.length === 0 ? '' : `, ${processor.features.join(' ')}`}`,
    `GPUs: ${gpuText.length === 0 ? 'none' : gpuText.join(', ')}`,
    `Memory: ${formatBytes(memoryBytes.free)} free of ${formatBytes(memoryBytes.total)}`,
    `Disk: ${formatBytes(disk.freeBytes)} free in ${disk.folder}`,
    `Versions: ${Object.entries(report.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    ...report.advice.map((advice) => `Advice: ${advice}`),
  ].join('\n')
}

/** Adds `lab doctor`. */
export const addDoctorCommand: CommandDefinition = (program, context) => {
  program
    .command('doctor')
    .description('engines, versions, devices, memory; what is missing and how to get it')
    .action(async () => {
      const report = await context.lab().system.doctor()
      context.answer(done(report, doctorText(report)))
    })
}

/** Tasks of the epoch bench, with the lengths to which the authors of AD-DROP cut and pad them. */

/** @type {Readonly<Record<string, { maxLength: number }>>} */
export const epochTasks = {
  rte: { maxLength: 128 },
  mrpc: { maxLength: 100 },
  cola: { maxLength: 47 },
}

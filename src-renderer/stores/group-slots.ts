/** Places of groups in the palette: a group keeps its colour in every view and after a restart. */

const storageKey = 'group slots'
/** Groups remembered; older ones are forgotten first. */
const remembered = 400

/**
 * Gives each group shown a place of its own: the one it had, else the lowest that is free.
 *
 * @param known places given so far, oldest first
 * @param groupIds groups shown together
 */
export function assignSlots(
  known: ReadonlyMap<string, number>,
  groupIds: readonly string[],
): ReadonlyMap<string, number> {
  const taken = new Set<number>()
  const assigned = new Map<string, number>()
  for (const groupId of groupIds) {
    const slot = known.get(groupId)
    if (slot !== undefined && !taken.has(slot)) {
      taken.add(slot)
      assigned.set(groupId, slot)
    }
  }
  for (const groupId of groupIds) {
    if (assigned.has(groupId)) continue
    let slot = 0
    while (taken.has(slot)) slot += 1
    taken.add(slot)
    assigned.set(groupId, slot)
  }
  const others = [...known].filter(([groupId]) => !assigned.has(groupId))
  return new Map([...others, ...assigned].slice(-remembered))
}

/**
 * Places kept from earlier; what cannot be read counts as none.
 *
 * @param storage of the window
 */
export function readSlots(storage: Pick<Storage, 'getItem'>): ReadonlyMap<string, number> {
  try {
    const kept = JSON.parse(storage.getItem(storageKey) ?? '[]') as unknown
    if (!Array.isArray(kept)) return new Map()
    return new Map(kept.filter(isEntry))
  } catch {
    return new Map()
  }
}

function isEntry(entry: unknown): entry is [string, number] {
  return Array.isArray(entry) && typeof entry[0] === 'string' && Number.isInteger(entry[1]) && entry[1] >= 0
}

/**
 * Keeps places for the next start; without room the colours are given anew then.
 *
 * @param storage of the window
 * @param slots places
 */
export function writeSlots(storage: Pick<Storage, 'setItem'>, slots: ReadonlyMap<string, number>): void {
  try {
    storage.setItem(storageKey, JSON.stringify([...slots]))
  } catch {
    // A full or forbidden storage costs only the memory of colours.
  }
}

/** What the main process must be able to answer: one function for every call of the contract. */
import type { CallName } from '@shared/contracts/channel-names.ts'
import type { CallOutput, ParsedCallInput } from '@shared/contracts/lab-contract.ts'

/** Answers one call; expected failures are thrown as `LabError`. */
export type CallHandler<Name extends CallName> = (
  input: ParsedCallInput<Name>,
) => CallOutput<Name> | Promise<CallOutput<Name>>

/** A handler for every call; a forgotten one does not compile. */
export type CallHandlers = { readonly [Name in CallName]: CallHandler<Name> }

/** Calls that need a window, a dialog or the system's file manager; everything else is the lab's. */
export const desktopCallNames = [
  'system.info',
  'system.setAppearance',
  'system.showLog',
  'system.restart',
  'system.chooseHome',
  'dialog.open',
  'shell.showRunFolder',
  'compare.export',
] as const satisfies readonly CallName[]

/** Name of a call that the desktop answers. */
export type DesktopCallName = (typeof desktopCallNames)[number]
/** Name of a call that the lab answers. */
export type LabCallName = Exclude<CallName, DesktopCallName>
/** A handler for every call that the lab answers. */
export type LabHandlers = Pick<CallHandlers, LabCallName>

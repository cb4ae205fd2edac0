/** What the main process must be able to answer: one function for every call of the contract. */
import type { CallName } from '@shared/contracts/channel-names.ts'
import type { CallOutput, ParsedCallInput } from '@shared/contracts/lab-contract.ts'

/** Answers one call; expected failures are thrown as `LabError`. */
export type CallHandler<Name extends CallName> = (
  input: ParsedCallInput<Name>,
) => CallOutput<Name> | Promise<CallOutput<Name>>

/** A handler for every call; a forgotten one does not compile. */
export type CallHandlers = { readonly [Name in CallName]: CallHandler<Name> }

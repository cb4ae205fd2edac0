/** The type of a recorded thing, inferred from the one schema that describes it. */
import type { z } from 'zod'

/** What a schema reads, read-only to its depths. */
export type Recorded<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>

type DeepReadonly<Value> = unknown extends Value
  ? Value
  : Value extends string | number | boolean | null | undefined
    ? Value
    : { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }

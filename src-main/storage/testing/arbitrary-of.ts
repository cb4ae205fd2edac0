/** Random values of a schema, for tests that write and read whatever a record may hold. */
import fc from 'fast-check'
import { z } from 'zod'

/** The part of a JSON Schema that stored things have. */
interface Part {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Part[]
  readonly oneOf?: readonly Part[]
  readonly items?: Part
  readonly prefixItems?: readonly Part[]
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Part>>
  readonly required?: readonly string[]
  readonly propertyNames?: Part
  readonly additionalProperties?: Part | boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

/**
 * Values as a file in the schema's form may hold them, optional keys sometimes absent.
 *
 * @param schema describes plain data; what it checks beyond types and bounds is not looked at
 */
export function arbitraryOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  return fromPart(z.toJSONSchema(schema, { io: 'input' }) as Part)
}

function fromPart(part: Part): fc.Arbitrary<unknown> {
  if (part.const !== undefined) return fc.constant(part.const)
  if (part.enum !== undefined) return fc.constantFrom(...part.enum)
  const options = part.anyOf ?? part.oneOf
  if (options !== undefined) return fc.oneof(...options.map(fromPart))
  if (Array.isArray(part.type)) {
    return fc.oneof(...part.type.map((type: string) => fromPart({ ...part, type })))
  }
  switch (part.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'string':
      return fc.string({ minLength: part.minLength ?? 0, maxLength: part.maxLength ?? 40, unit: 'binary' })
    case 'integer':
      return fc.integer(bounds(part))
    case 'number':
      // JSON has no negative zero.
      return fc.double({ ...bounds(part), noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
    case 'array':
      return part.prefixItems === undefined
        ? fc.array(fromPart(part.items ?? {}), { minLength: part.minItems ?? 0, maxLength: 4 })
        : fc.tuple(...part.prefixItems.map(fromPart))
    case 'object':
      return fromObject(part)
    case undefined:
      return fc.jsonValue()
    default:
      throw new Error(`No value is known of the kind ${String(part.type)}.`)
  }
}

function fromObject(part: Part): fc.Arbitrary<unknown> {
  const { additionalProperties: values } = part
  if (part.properties === undefined && typeof values === 'object') {
    const key =
      part.propertyNames?.enum === undefined ? fc.string() : fc.constantFrom(...part.propertyNames.enum)
    return fc.dictionary(key as fc.Arbitrary<string>, fromPart(values), { maxKeys: 4 })
  }
  const entries = Object.entries(part.properties ?? {}).map(([key, value]) => [key, fromPart(value)] as const)
  return fc.record(Object.fromEntries(entries), { requiredKeys: [...(part.required ?? [])] })
}

function bounds(part: Part): { readonly min?: number; readonly max?: number } {
  const least = part.exclusiveMinimum === undefined ? part.minimum : Math.max(part.exclusiveMinimum, 1e-9)
  const most = part.exclusiveMaximum === undefined ? part.maximum : part.exclusiveMaximum - 1e-9
  const isWhole = part.type === 'integer'
  return {
    ...(least === undefined ? {} : { min: isWhole ? Math.max(Math.ceil(least), -(2 ** 31)) : least }),
    ...(most === undefined ? {} : { max: isWhole ? Math.min(Math.floor(most), 2 ** 31 - 1) : most }),
  }
}

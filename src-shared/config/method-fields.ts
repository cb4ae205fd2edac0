/** Every method's settings as forms and documents show them. */
import { methodDefinitions, type MethodKind } from './method-config.ts'
import type { MethodDefinition } from './methods/method-definition.ts'
import { settingFields, type SettingField } from './setting-field.ts'

/** Every method, in the order of lists. */
export const methodKinds = Object.keys(methodDefinitions) as MethodKind[]

const fieldsByKind = new Map<MethodKind, readonly SettingField[]>()

/**
 * A method's definition, whatever its settings.
 *
 * @param kind which method
 */
export function definitionOf(kind: MethodKind): MethodDefinition {
  return methodDefinitions[kind]
}

/**
 * A method's settings, in the order of its form.
 *
 * @param kind which method
 */
export function fieldsOf(kind: MethodKind): readonly SettingField[] {
  const known = fieldsByKind.get(kind)
  if (known !== undefined) return known
  const { schema, fields, published } = definitionOf(kind)
  const made = settingFields(schema, fields, published)
  fieldsByKind.set(kind, made)
  return made
}

/**
 * A method's settings with every default.
 *
 * @param kind which method
 */
export function usualSettings(kind: MethodKind): Readonly<Record<string, unknown>> {
  return definitionOf(kind).schema.parse({ kind })
}

/**
 * Whether a text names a method.
 *
 * @param kind as written
 */
export function isMethodKind(kind: unknown): kind is MethodKind {
  return typeof kind === 'string' && Object.hasOwn(methodDefinitions, kind)
}

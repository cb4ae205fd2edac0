/** How a method is called in names, legends and tables: short, with the settings that tell one from another. */
import { methodConfig, methodDefinitions, type MethodConfig } from './method-config.ts'
import type { MethodDefinition } from './methods/method-definition.ts'

/**
 * A method in one line, such as `FT`, `AD-DROP p.3 q.3` or `R-Drop α.5 cross`. Some settings are always there; others
 * appear when they are not the default or when they are among those that vary.
 *
 * @param method the method's settings
 * @param differing dotted keys that vary among the runs shown together, such as `method.attribution`
 */
export function methodLabel(method: MethodConfig, differing: readonly string[] = []): string {
  const definition = methodDefinitions[method.kind] as unknown as MethodDefinition
  const usual = methodConfig.parse({ kind: method.kind }) as Readonly<Record<string, unknown>>
  const settings = method as Readonly<Record<string, unknown>>
  const isShown = (key: string | null): boolean =>
    key === null ||
    differing.includes(`method.${key}`) ||
    JSON.stringify(settings[key]) !== JSON.stringify(usual[key])
  return definition
    .label(settings)
    .filter(({ key }) => isShown(key))
    .map(({ text }) => text)
    .join(' ')
}

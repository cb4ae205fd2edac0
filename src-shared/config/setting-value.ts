/** A setting's value in a config. */
export type SettingValue = string | number | boolean | null | readonly number[]
/** Settings by key. */
export type Settings = Readonly<Record<string, unknown>>

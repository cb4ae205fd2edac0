/** Switches inside Electron's executable, set once for all when the app is packed. */
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'

/**
 * Takes away what the app does not need and others could misuse: Electron as a plain Node, Node's options from the
 * environment, a debugger from the command line, an app that lies beside the archive instead of in it.
 *
 * @param {string} executable
 * @returns {Promise<void>}
 */
export async function setFuses(executable) {
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
  })
}

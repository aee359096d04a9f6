import { MephistoError } from '../../sdk/errors.js'

/** Loads the module that needs a driver. @throws MephistoError `unavailable` naming the package to install when it is missing */
export async function loadDriver<Module>(driver: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
    throw new MephistoError('unavailable', `This database needs the package ${driver}, which is not installed. Run: npm install ${driver}`, { cause: error })
  }
}

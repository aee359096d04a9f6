import { openHostMephisto } from 'mephisto-sdk/testing'
import { nextArchitect, perProcess } from 'mephisto-sdk/next'

// Next builds without these.
const { ORIGIN = 'http://localhost:3000', FOLDER = '' } = process.env

export const architect = nextArchitect({ baseUrl: `${ORIGIN}/mephisto/`, taskUrl: '/work' })
export const mephisto = perProcess('mephisto', () => openHostMephisto(FOLDER, architect))

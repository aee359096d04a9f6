import { architect, mephisto } from '../../../lib'

export const { GET, HEAD, POST, PUT, DELETE, OPTIONS } = architect.routes(mephisto)

import { architect, mephisto } from '../../../lib/mephisto'

export const { GET, HEAD, POST, PUT, DELETE, OPTIONS } = architect.routes(mephisto)

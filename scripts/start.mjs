// `npm start`: builds what is needed, then runs the express-static-task example with the same arguments.
import { build, isBuilt } from './build.mjs'

if (!isBuilt()) build()
await import('../examples/express-static-task/dist/server.js')

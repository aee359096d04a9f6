export { createTestMephisto, TEST_PRINCIPAL, type TestMephisto, type TestMephistoOptions } from './create-test-mephisto.js'
export { pageCalls, simulatedWorker, type PageCall, type SimulatedTask, type SimulatedWorker } from './simulated-worker.js'
export { seededRandom, virtualRuntime, type VirtualRuntime } from './virtual-runtime.js'
export { databaseContract, type DatabaseContractOptions } from './database-contract.js'

export * from '../testing/vwo-edge.js';
export type { EdgeFault } from '../testing/edge.faults.js';
export type { EdgePart, EdgeRequest } from '../testing/edge.route.js';
export type { BatchLimit } from '../testing/events.routes.js';
export type { ExpectedAccount } from '../testing/settings.routes.js';
export type { ReceivedEvent } from '../testing/received-event.js';
export * from '../testing/account.settings.js';
export * from '../testing/feature.rules.js';
export {
  storageContract,
  type ContractRunner,
  type ContractTest,
  type MakeStorage,
  type StorageContractOptions,
} from '../testing/storage.contract.js';
export * from '../testing/full-stack.settings.js';

export {
  storageContract,
  type ContractRunner,
  type ContractTest,
  type MakeStorage,
  type StorageContractOptions,
} from './storage.contract.js';

import { ProductClient } from '../client/index.js';
import type { CompiledSettings } from './engine/index.js';
import type { FmeEvent } from './events/fme-event.js';
import { FmeProduct } from './fme.product.js';
import { type FmeClientOptions, resolveFmeOptions } from './fme.options.js';

/** VWO Feature Management & Experimentation, decided natively: the client without Nest. */
export class FmeClient extends ProductClient<CompiledSettings, FmeEvent> {
  /** Throws `VwoOptionsError` for options that cannot work. Nothing is fetched or opened before `start`. */
  constructor(given: FmeClientOptions) {
    const options = resolveFmeOptions(given);
    super(options.client, (core) => new FmeProduct(core, options), options.integrations);
  }
}

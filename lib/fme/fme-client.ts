import { ProductClient, productFactory } from '../client/index.js';
import { FmeProduct } from './fme.product.js';
import { type FmeClientOptions, resolveFmeOptions } from './fme.options.js';

/** VWO Feature Management & Experimentation, decided natively: the client without Nest. */
export class FmeClient extends ProductClient {
  /** Throws `VwoOptionsError` for options that cannot work. Nothing is fetched or opened before `start`. */
  constructor(given: FmeClientOptions) {
    const options = resolveFmeOptions(given);
    super(options.client, productFactory(FmeProduct, options), options.integrations);
  }
}

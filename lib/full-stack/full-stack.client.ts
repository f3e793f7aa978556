import { ProductClient, productFactory, type VwoAttributes } from '../client/index.js';
import type { VwoUserContext } from '../model/index.js';
import { type FullStackClientOptions, resolveFullStackOptions } from './full-stack.options.js';
import { FullStackProduct } from './full-stack.product.js';

/** VWO Full Stack: the client without Nest. */
export class FullStackClient extends ProductClient {
  /** Throws `VwoOptionsError` for options that cannot work. Nothing is fetched or opened before `start`. */
  constructor(given: FullStackClientOptions) {
    const options = resolveFullStackOptions(given);
    super(options.client, productFactory(FullStackProduct, options));
  }

  /** The SDK's name for `setAttribute`: tags of a user, for VWO's reports. */
  push(user: VwoUserContext | undefined, tags: VwoAttributes): boolean {
    return this.setAttribute(user, tags);
  }
}

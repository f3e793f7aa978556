import { ProductClient, productFactory } from '../client/index.js';
import { type SdkClientOptions, resolveSdkOptions } from './sdk.options.js';
import { OfficialSdkProduct } from './sdk.product.js';

/**
 * VWO's own FME SDK: the client without Nest. The SDK decides; settings, storage, events and timers are the library's, so what
 * goes wrong in them harms no request. The flags that a visit may read are decided when it opens.
 */
export class SdkClient extends ProductClient {
  /** Throws `VwoOptionsError` for options that cannot work. Nothing is loaded, fetched or opened before `start`. */
  constructor(given: SdkClientOptions) {
    const options = resolveSdkOptions(given);
    super(options.fme.client, productFactory(OfficialSdkProduct, options), options.fme.integrations);
  }
}

import { VwoSettingsSource, type VwoSettingsSourceOptions } from '../settings/index.js';
import { SDK_NAME, SDK_VERSION } from './sdk-identity.js';

/** Settings files of VWO Full Stack, asked for as the SDK asks, but with a deadline and an answer in every case. */
export class FullStackSettingsSource extends VwoSettingsSource {
  constructor(options: VwoSettingsSourceOptions) {
    super(options, {
      product: 'VWO Full Stack',
      keptAs: 'full-stack',
      path: '/server-side/settings',
      query: { sdk: SDK_NAME, 'sdk-v': SDK_VERSION },
    });
  }
}

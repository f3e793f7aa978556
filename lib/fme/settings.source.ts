import { VwoSettingsSource, type VwoSettingsSourceOptions } from '../settings/index.js';
import { SDK_NAME, SDK_VERSION } from '../transport/index.js';

/** Settings of VWO FME, asked for as the SDK asks. */
export class FmeSettingsSource extends VwoSettingsSource {
  constructor(options: VwoSettingsSourceOptions) {
    super(options, {
      product: 'VWO',
      keptAs: 'fme',
      path: '/server-side/v2-settings',
      query: { sn: SDK_NAME, sv: SDK_VERSION, 'api-version': 1, s: 'prod' },
    });
  }
}

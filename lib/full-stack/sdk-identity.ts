import constants from 'vwo-node-sdk/lib/constants/index.js';

/** The name and version that requests to VWO carry: of the SDK that decides, as it is installed. */
export const { SDK_NAME, SDK_VERSION } = constants;

import constants from 'vwo-node-sdk/lib/constants/index.js';

/** Who VWO is told is asking: the SDK that decides, in the version that is installed. */
export const { SDK_NAME, SDK_VERSION } = constants;

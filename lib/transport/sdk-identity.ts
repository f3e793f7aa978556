/**
 * The SDK that settings requests and events name. It is the official SDK's name, and the version whose protocol this library
 * follows: VWO's servers fit their answers to them, and its reports know no other name. `User-Agent` names this library.
 */
export const SDK_NAME = 'vwo-fme-node-sdk';
export const SDK_VERSION = '1.60.0';

/** The HTTP header. */
export const USER_AGENT = 'nestjs-vwo';

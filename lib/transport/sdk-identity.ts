/**
 * Who VWO is told is asking, in settings requests and in every event. It is the official SDK's name and the version whose
 * protocol this library speaks: VWO's servers fit their answers to them, and its reports know no other name.
 * The `User-Agent` of each call says who it really is.
 */
export const SDK_NAME = 'vwo-fme-node-sdk';
export const SDK_VERSION = '1.60.0';

/** What the HTTP header says. */
export const USER_AGENT = 'nestjs-vwo';

// What the SDK keeps for the whole process, and its own name: it exports neither. Looked at in 1.73.0, its last version.

declare module 'vwo-node-sdk/lib/services/HooksManager.js' {
  const HooksManager: { callback?: unknown };
  export default HooksManager;
}

declare module 'vwo-node-sdk/lib/services/UrlService.js' {
  const UrlService: { collectionPrefix?: string | undefined };
  export default UrlService;
}

declare module 'vwo-node-sdk/lib/services/logging/LoggingManager.js' {
  /** Every logger inside the SDK is of this class. */
  const LoggingManager: { readonly LogManager: { readonly prototype: { _customLog: unknown } } };
  export default LoggingManager;
}

declare module 'vwo-node-sdk/lib/utils/VWOFeatureFlags.js' {
  const VWOFeatureFlags: { isEventArchEnabled?: unknown; isNB?: unknown; isNBv2?: unknown };
  export default VWOFeatureFlags;
}

declare module 'vwo-node-sdk/lib/constants/index.js' {
  const constants: { readonly SDK_NAME: string; readonly SDK_VERSION: string };
  export default constants;
}

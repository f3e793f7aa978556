/**
 * What is used of VWO's FME SDK, by shape and not by its own types: the package is optional, and goes by two names
 * (`vwo-fme-node-sdk`, `wingify-fme-node-sdk`).
 */
export interface OfficialSdk {
  init(options: object): Promise<OfficialClient | undefined>;
}

export interface OfficialClient {
  getFlag(featureKey: string, context: object): Promise<OfficialFlag>;
  trackEvent(eventName: string, context: object, properties?: object): Promise<unknown>;
  setAttribute(attributes: object, context: object): Promise<unknown>;
  /** From 1.42. */
  shutdown?(): Promise<unknown>;
  /** False when the SDK refused the settings. */
  readonly isSettingsValid?: boolean;
  /** Checked against a schema at every call (1.35). */
  originalSettings?: unknown;
  /** Where an instance keeps what 1.35 keeps once per process. */
  readonly serviceContainer?: unknown;
}

export interface OfficialFlag {
  isEnabled(): boolean;
  getVariables(): readonly object[];
}

/** What the SDK hands to its `network.client`. */
export interface OfficialRequest {
  getOptions(): { readonly path?: string; readonly body?: unknown };
  /** What is asked, as it is; in the path some of it is encoded, and some is not. */
  getQuery?(): Readonly<Record<string, unknown>>;
}

/** What the SDK's `network.client` answers. */
export interface OfficialResponse {
  getStatusCode(): number;
  getTotalAttempts(): number;
  getData(): unknown;
  getError(): unknown;
  getHeaders(): object;
}

export const ACCOUNT: string;
export const SDK_KEY: string;
export const USERS: readonly {
  readonly id: string;
  readonly userAgent?: string;
  readonly ipAddress?: string;
  readonly customVariables?: Readonly<Record<string, unknown>>;
  readonly postSegmentationVariables?: readonly string[];
}[];
export const PROPERTIES: readonly (Readonly<Record<string, unknown>> | undefined)[];
export const ATTRIBUTES: Readonly<Record<string, string | number | boolean>>;

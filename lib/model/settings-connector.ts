/** The verbs for settings that a storage connector of VWO's SDK may have, both or none. */
export interface SettingsConnector {
  /** `{ settings, timestamp }` as it was given to `setSettings`; null, undefined or `{}` when nothing was. */
  getSettings(accountId: number, sdkKey: string): unknown;
  /** `timestamp`: when VWO gave the settings, in ms since the epoch. */
  setSettings(data: { readonly settings: unknown; readonly timestamp: number }): unknown;
}

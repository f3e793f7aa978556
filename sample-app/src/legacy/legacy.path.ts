/** Where the legacy corner is in the shop. */
export const LEGACY = '/legacy';

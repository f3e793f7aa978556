/** The one user of the near cache that is measured, and the record of it. */
export const SCOPE = { accountId: '1', environment: 'live' };
export const USER = 'ann';
export const KEY = 'checkout';

/** What both sides are asked to send: our payloads and those of VWO's own SDK. */
export const ACCOUNT = '123456';
export const SDK_KEY = '0123456789abcdef0123456789abcdef';

export const USERS = [
  { id: 'user-123' },
  { id: 'Zoë 🎈', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) ünïcode', ipAddress: '203.0.113.7' },
  { id: 'user-456', userAgent: 'curl' },
  { id: 'user-789', ipAddress: '2001:db8::1', customVariables: { price: 100 } },
  {
    id: 'user-012',
    ipAddress: '203.0.113.8',
    customVariables: { price: 100, plan: 'gold', free: false, visits: 0, tags: ['a'], ip: 'mine', city: 'Pune' },
    postSegmentationVariables: ['price', 'plan', 'free', 'visits', 'tags', 'ip', 'none', 'constructor'],
  },
];

export const PROPERTIES = [
  undefined,
  {},
  { amount: 12.5, currency: 'EUR', items: [1, { sku: 'a' }], paid: true, none: null },
  { id: 'mine', variation: 7, isCustomEvent: false },
];

export const ATTRIBUTES = { plan: 'gold', age: 41, member: false };

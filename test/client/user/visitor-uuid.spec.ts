import { describe, expect, it } from '@jest/globals';
import { visitorUuid } from '../../../lib/client/index.js';

describe('visitorUuid', () => {
  it("gives VWO's UUID of a user, one account after the other", () => {
    expect(visitorUuid('123456', 'user-123')).toBe('CC25A368ADA0542699EAD62489811105');
    const other = visitorUuid('654321', 'user-123');
    expect(other).toMatch(/^[0-9A-F]{32}$/);
    expect(other).not.toBe('CC25A368ADA0542699EAD62489811105');
    expect(visitorUuid('123456', 'user-123')).toBe('CC25A368ADA0542699EAD62489811105');
  });

  it("keeps an id that VWO's web tracker made", () => {
    for (const id of ['D0123456789abcdef0123456789ABCDEF', 'J0123456789abcdef0123456789ABCDEF']) {
      expect(visitorUuid('123456', id)).toBe(id);
    }
    expect(visitorUuid('123456', 'D0123456789abcdef0123456789ABCDE')).not.toContain('D0123456789abcdef');
    expect(visitorUuid('123456', 'd0123456789abcdef0123456789ABCDEF')).toHaveLength(32);
  });
});

import type { PreparedSettings } from '../../settings/index.js';
import type { Product } from '../port/product.js';
import type { RecordsBehind } from './found-records.js';

/** What decisions look at by the settings in force, looked up once per key: many users' records have the same few keys. */
export function recordsBehind<Settings extends PreparedSettings>(
  product: Pick<Product<Settings>, 'recordsBehind'>,
  current: () => Settings | undefined,
): RecordsBehind {
  let known: { readonly settings: Settings; readonly keys: Map<string, readonly string[]> } | undefined;
  return (key) => {
    const settings = current();
    if (!settings || !product.recordsBehind) return [key];
    if (known?.settings !== settings) known = { settings, keys: new Map() };
    const keys = known.keys.get(key) ?? product.recordsBehind(settings, key);
    known.keys.set(key, keys);
    return keys;
  };
}

import { VwoSettingsError } from '../../common/index.js';

/** Settings as JSON text, parsed. Throws `VwoSettingsError`: Node's own message quotes the text, which may hold the SDK key. */
export function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new VwoSettingsError(`this is not JSON (${json.length} characters)`);
  }
}

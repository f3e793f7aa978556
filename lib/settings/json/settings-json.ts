import { VwoSettingsError } from '../../common/index.js';

/** Settings as JSON (UTF-8), parsed. Throws `VwoSettingsError`: Node's own message quotes the text, which may hold the SDK key. */
export function parsedJson(json: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(json)); // without a byte order mark
  } catch {
    throw new VwoSettingsError(`this is not JSON (${json.length} bytes)`);
  }
}

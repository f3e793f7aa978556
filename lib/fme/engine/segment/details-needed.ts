/** How VWO's SDK finds out that a segment needs the gateway's details: by these words, wherever they are. */
const DETAILS = /\b(country|region|city|os|device_type|browser_string|ua|browser_version|os_version)\b/;
const IN_LIST = /"custom_variable"\s*:\s*{[^}]*inlist\([^)]*\)/;

export function needsDetails(dsl: unknown): boolean {
  try {
    const json = JSON.stringify(dsl);
    return DETAILS.test(json) || IN_LIST.test(json);
  } catch {
    return false; // too deep to be written: it matches nobody either
  }
}

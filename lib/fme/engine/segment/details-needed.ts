/** How VWO's SDK finds out that a segment needs the gateway's details: by these words, wherever they are. */
const DETAILS = /\b(country|region|city|os|device_type|browser_string|ua|browser_version|os_version)\b/;
const VARIABLE = '"custom_variable":{';
const LIST = 'inlist(';

export function needsDetails(dsl: unknown): boolean {
  try {
    const json = JSON.stringify(dsl);
    return DETAILS.test(json) || asksForList(json);
  } catch {
    return false; // too deep to be written: it matches nobody either
  }
}

/** Whether `inlist(…)` stands in a custom variable, before the next `}`. */
function asksForList(json: string): boolean {
  let list = -1;
  for (let at = json.indexOf(VARIABLE); at !== -1; at = json.indexOf(VARIABLE, at + 1)) {
    if (list < at) list = json.indexOf(LIST, at);
    if (list === -1) return false;
    if (list < json.indexOf('}', at)) return json.includes(')', list);
  }
  return false;
}

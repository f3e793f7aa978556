import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type IntendedDifference, INTENDED_DIFFERENCES } from '../differential/intended-differences.js';

const PAGE = new URL('../../docs/differences-from-vwo-sdk.md', import.meta.url);

describe("docs/differences-from-vwo-sdk.md, the table of the engine's differences", () => {
  const rows = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((line) => /^\| .* \| (all|from .*|before .*) \|$/.test(line));

  it("is the list that the comparisons with VWO's SDK allow, in its order", () => {
    expect(rows).toEqual(INTENDED_DIFFERENCES.map(rowOf));
  });
});

function rowOf({ theirs, ours, reason, from, until }: IntendedDifference): string {
  const versions = from ? `from ${from}` : until ? `before ${until}` : 'all';
  return `| ${theirs} | ${ours} | ${reason} | ${versions} |`;
}

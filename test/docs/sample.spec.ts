import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Shop } from '../sample-app/shop.fixture.js';
import { eventually } from '../common/waiting.js';
import { codeBlocks } from './code-blocks.js';

/** `$ command` and what it prints. */
function sessionIn(page: string): [command: string, output: string][] {
  const text = codeBlocks().find((block) => block.page === page && block.text.startsWith('$ '))?.text ?? '';
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part): [string, string] => {
      const [command = '', ...output] = part.split('\n');
      return [command, output.join('\n').trim()];
    });
}

describe('the session that README shows', () => {
  const [[start, greeting] = ['', ''], ...calls] = sessionIn('README.md');
  let shop: Shop;
  beforeAll(async () => void (shop = await Shop.open()));
  afterAll(() => shop?.kill());

  it('begins as `npm run sample` does', () => {
    expect(start).toBe('npm run sample');
    expect(withoutPorts(shop.said)).toContain(withoutPorts(greeting));
  });

  // Asked until it is so: a decision is stored after the answer.
  it('has the answers of the shop, one after the other', async () => {
    expect(calls.length).toBeGreaterThan(0);
    for (const [command, output] of calls) {
      const path = /^curl "http:\/\/localhost:3000(\/.*)"$/.exec(command)?.[1] ?? command;
      let answer = '';
      const isShown = async () => (answer = await (await shop.get(path)).text()) === output;
      await eventually(isShown).catch(() => expect({ command, answer }).toEqual({ command, answer: output }));
    }
  });
});

function withoutPorts(text: string): string {
  return text.replace(/:\d{4,5}\b/g, ':PORT').trim();
}

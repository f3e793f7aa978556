import { settings } from '../account.mjs';
import { decide, prepare } from '../hand-written.mjs';
import { KEYS, onOff, RETURNING } from './answer.mjs';
import { FLAGS, MODES } from './modes.mjs';

const flags = prepare(settings(FLAGS));

/** Refuses to load a server that answers something else than the others: flags on or off, and in which variation. */
export async function checked(mode, url) {
  for (const id of RETURNING.filter((_, index) => index % 50 === 0)) {
    same(
      mode,
      id,
      await ask(url, '/', id),
      onOff((key) => decide(flags, key, { id }).enabled),
    );
    if (!MODES[mode].decides) continue;
    const expected = Object.fromEntries(KEYS.map((key) => [key, decide(flags, key, { id }).variables.button]));
    same(mode, id, await ask(url, '/variations', id), expected);
  }
}

async function ask(url, path, id) {
  const response = await fetch(url + path, { headers: { 'x-user-id': id } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

function same(mode, id, answer, expected) {
  if (JSON.stringify(answer) === JSON.stringify(expected)) return;
  throw new Error(
    `Not measured: "${mode}" told ${id} ${JSON.stringify(answer)} instead of ${JSON.stringify(expected)}`,
  );
}

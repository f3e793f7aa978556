import { ask } from '../machine.mjs';
import { followsVwo } from './contenders.mjs';

const SAMPLE = 1_000;

/**
 * Refuses to measure contenders that do not do the same work: those that follow VWO's rules must give the same variation
 * to each of 1,000 users; the others, who draw by hashes of their own, must split all users about in half.
 */
export async function checked(field, users, segment) {
  const sample = Array.from({ length: SAMPLE }, (_, index) => (index * 37) % users);
  const answers = new Map();
  for (const [name, { child, sizes }] of field) {
    const size = sizes.includes(10) ? 10 : sizes.at(-1);
    answers.set(name, (await ask(child, { size, users: sample })).outcomes);
  }
  const reference = [...answers.keys()].find(followsVwo);
  for (const [name, outcomes] of answers) {
    if (followsVwo(name)) same(name, outcomes, reference, answers.get(reference));
    split(name, outcomes, segment);
  }
  console.log(
    `Checked: ${[...answers.keys()].filter(followsVwo).length} contenders that follow VWO's rules gave ` +
      `${SAMPLE.toLocaleString('en-US')} users the same variation${segment ? ' (with a segment)' : ''}; the others split them in half.\n`,
  );
}

function same(name, outcomes, reference, expected) {
  const differing = outcomes.findIndex((outcome, index) => outcome !== expected[index]);
  if (differing < 0) return;
  const count = outcomes.filter((outcome, index) => outcome !== expected[index]).length;
  throw new Error(
    `Not measured: ${name} and ${reference} differ for ${count} of ${outcomes.length} users, ` +
      `first for user ${differing}: ${outcomes[differing]} and ${expected[differing]}.`,
  );
}

function split(name, outcomes, segment) {
  const share = (button) => outcomes.filter((outcome) => outcome === button).length / outcomes.length;
  const on = segment ? 0.75 : 1;
  const fair = ['blue', 'green'].every((button) => Math.abs(share(button) - on / 2) < 0.08);
  if (fair && Math.abs(share('off') - (1 - on)) < 0.01) return;
  throw new Error(`Not measured: ${name} gave blue ${share('blue')}, green ${share('green')}, off ${share('off')}.`);
}

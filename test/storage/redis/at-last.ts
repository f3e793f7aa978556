import { eventually } from '../../common/waiting.js';

/** Tries until it works, or fails, and gives the answer or the error. */
export async function atLast(work: () => unknown, end: 'works' | 'fails'): Promise<unknown> {
  let outcome: unknown;
  const hasEnded = async (): Promise<boolean> => {
    const [ended, last] = await Promise.resolve(work()).then(
      (answer) => ['works', answer],
      (error: unknown) => ['fails', error],
    );
    outcome = last;
    return ended === end;
  };
  await eventually(hasEnded, `a call that ${end}`);
  return outcome;
}

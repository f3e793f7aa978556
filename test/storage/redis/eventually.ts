/** Tries until it works, or fails, and gives the answer or the error. */
export async function eventually(work: () => Promise<unknown>, end: 'works' | 'fails'): Promise<unknown> {
  for (let tries = 0; tries < 400; tries++) {
    const [ended, outcome] = await work().then(
      (answer) => ['works', answer],
      (error: unknown) => ['fails', error],
    );
    if (ended === end) return outcome;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`It never ${end}`);
}

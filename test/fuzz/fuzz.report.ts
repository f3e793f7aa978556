import type { RoundEnd, RoundOrder } from './round.js';

/** How many cases of a target are shown in full. */
const SHOWN = 3;

/** Of a case in the list at the end, in characters. */
const LONGEST_LINE = 400;

interface Tally {
  rounds: number;
  cases: number;
  took: number;
  heap: number;
  readonly failures: { readonly command: string; readonly firstLine: string }[];
}

/** Prints what rounds found as they end, and a table of all at the end. */
export class FuzzReport {
  private readonly tallies = new Map<string, Tally>();

  constructor(private readonly print: (line: string) => void) {}

  get failures(): number {
    return [...this.tallies.values()].reduce((sum, { failures }) => sum + failures.length, 0);
  }

  /**
   * @param alone whether the case failed again when it was tried without those before it
   * @param file where the case was kept
   */
  add({ target, seed, first }: RoundOrder, end: RoundEnd, alone: boolean, file?: string): void {
    const tally = this.tally(target);
    tally.rounds += 1;
    tally.cases += end.cases;
    tally.took += end.took;
    tally.heap = Math.max(tally.heap, end.heap);
    const speed = Math.round((end.cases * 1_000) / Math.max(1, end.took));
    const heap = Math.round(end.heap / 1_048_576);
    this.print(`${target.padEnd(12)} seed ${seed}: ${end.cases} cases, ${speed} per second, heap ${heap} MB`);
    if (!end.failed) return;
    const { message } = end.failed;
    const cases = alone || end.failed.case === first ? `${end.failed.case}` : `${first}-${end.failed.case}`;
    const drawn = `npm run fuzz -- --target ${target} --seed ${seed} --case ${cases}`;
    const command = alone && file !== undefined ? `npm run fuzz -- --file ${file}` : drawn;
    const firstLine = (message.split('\n')[0] ?? '').slice(0, LONGEST_LINE);
    this.print(
      `FAILED: ${target}, seed ${seed}, case ${end.failed.case}: ${tally.failures.length < SHOWN ? message : firstLine}`,
    );
    if (!alone) this.print('Alone it does not fail: only after the cases before it.');
    this.print(`Repeat it: ${command}`);
    tally.failures.push({ command, firstLine });
  }

  summary(): void {
    this.print('\ntarget        rounds     cases  per second  heap MB  failed');
    for (const [name, { rounds, cases, took, heap, failures }] of this.tallies) {
      const speed = Math.round((cases * 1_000) / Math.max(1, took));
      const figures = [[rounds, 6], [cases, 10], [speed, 12], [Math.round(heap / 1_048_576), 9], [failures.length, 8]] as const; // prettier-ignore
      this.print(name.padEnd(14) + figures.map(([figure, width]) => String(figure).padStart(width)).join(''));
    }
    for (const { failures } of this.tallies.values()) {
      for (const { command, firstLine } of failures) this.print(`\n${firstLine}\n  ${command}`);
    }
  }

  private tally(target: string): Tally {
    const known = this.tallies.get(target) ?? { rounds: 0, cases: 0, took: 0, heap: 0, failures: [] };
    this.tallies.set(target, known);
    return known;
  }
}

/** What `bench:request` has measured: each mode on each platform and Node, in all rounds. */
import { summary } from '../report.mjs';

export class Results {
  /** @param names those of `modes` that run */
  constructor({ nodes, platforms, modes, names }) {
    Object.assign(this, { nodes, platforms, modes, names });
    this.rows = nodes.flatMap((node) =>
      platforms.flatMap((platform) => names.map((mode) => ({ node, platform, mode, rounds: [] }))),
    );
    /** Where one column of a table is one platform on one Node. */
    this.columns = nodes.flatMap((node) => platforms.map((platform) => ({ node, platform })));
  }

  columnNames() {
    return this.columns.map(({ node, platform }) =>
      this.nodes.length > 1 ? `${platform}, Node ${node.version}` : platform,
    );
  }

  /** `{ median, min, max }` of what was measured; NaN where it did not run. */
  of({ node, platform }, mode, what) {
    const row = this.rows.find((one) => one.node === node && one.platform === platform && one.mode === mode);
    return row?.rounds.length ? summary(row.rounds.map((round) => round[what])) : { median: NaN, min: NaN, max: NaN };
  }

  /** Of the medians. */
  ratio(place, what, mode, than) {
    return this.of(place, mode, what).median / this.of(place, than, what).median;
  }

  /** Highest less lowest round of CPU per request, in percent of the median. */
  spread(place, mode) {
    const { median, min, max } = this.of(place, mode, 'cpu');
    return (100 * (max - min)) / median;
  }
}

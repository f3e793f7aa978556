import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const WANTED = 90;
const REPORTS = 'node_modules/.cache/mutation';

/**
 * Survivors that no input can tell from the code as it is, each with the reason. An entry counts for all mutants of the
 * file with its `kind`, `from` and `to`; with `within`, only for those that stand in that text of code.
 */
const equivalents = JSON.parse(readFileSync(new URL('./equivalent.json', import.meta.url), 'utf8'));

/** Prints what survived in a room. `seconds`: how long it took. */
export function told(room, mutants, failures, seconds) {
  const alive = mutants.filter(({ status }) => status === 'survived' || status === 'unreached');
  const open = alive.filter((mutant) => !equivalents.some((each) => isOf(each, mutant)));
  for (const { file, line, kind, from, to, status } of open) {
    console.log(`  ${status}: ${file}:${line} ${kind}: ${from} → ${to || '(nothing)'}`);
  }
  const files = new Set(mutants.map(({ file }) => file));
  const wrong = equivalents.filter((each) => files.has(each.file) && !alive.some((mutant) => isOf(each, mutant)));
  for (const { file, kind, from, to } of wrong) {
    console.log(`  not a survivor, though in equivalent.json: ${file} ${kind}: ${from} → ${to || '(nothing)'}`);
  }
  const killed = mutants.length - alive.length;
  const late = mutants.filter(({ status }) => status === 'timeout').length;
  const score = mutants.length === 0 ? 100 : (100 * killed) / mutants.length;
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(`${REPORTS}/${room.name}.json`, JSON.stringify(mutants, undefined, 1));
  const line =
    `${room.name}: ${score.toFixed(1)} % killed (${killed} of ${mutants.length}, ${late} by a timeout); ` +
    `${alive.length - open.length} survivors make no difference (equivalent.json), ${open.length} are open; ${seconds} s`;
  return { line, isGood: score >= WANTED && failures === 0 && wrong.length === 0 };
}

const isOf = (each, { file, from, to, kind, within }) =>
  each.file === file &&
  each.from === from &&
  each.to === to &&
  each.kind === kind &&
  (each.within ?? within) === within;

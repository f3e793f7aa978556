import type { DeclaredFlag } from './declared-flags.js';
import type { FlagUse } from './flag-uses.js';
import type { MistypedParameter } from './parameter-types.js';

/** What `types --check` has found; also what it writes with `--json`. */
export interface Differences {
  /** The declaration, as it was named. */
  readonly file: string;
  /** Keys that VWO has and the file does not. */
  readonly missing: readonly string[];
  /** Flags that the file has and VWO no longer does. */
  readonly gone: readonly FlagPlace[];
  /** Flags whose variations or variables are others. */
  readonly changed: readonly FlagPlace[];
  /** What the code uses and VWO does not have. */
  readonly unknown: readonly FlagUse[];
  /** Parameters of another type than what their decorator gives. */
  readonly mistyped: readonly MistypedParameter[];
  /** Flags that VWO has and the code does not use. */
  readonly unused: readonly { readonly key: string; readonly line: number | undefined }[];
}

interface FlagPlace {
  readonly key: string;
  /** In the file, from 1. */
  readonly line: number;
}

type Declared = ReadonlyMap<string, DeclaredFlag>;

/** What is compared. */
export interface Compared {
  /** What the settings say. */
  readonly wanted: Declared;
  /** What the file says. */
  readonly written: Declared;
  readonly uses: readonly FlagUse[];
  readonly mistyped: readonly MistypedParameter[];
}

export function differencesOf(file: string, { wanted, written, uses, mistyped }: Compared): Differences {
  const used = new Set(uses.map(({ key }) => key));
  const keys = [...wanted.keys()];
  const places = [...written].map(([key, { line }]) => ({ key, line }));
  return {
    file,
    missing: keys.filter((key) => !written.has(key)),
    gone: places.filter(({ key }) => !wanted.has(key)),
    changed: places.filter(({ key }) => wanted.has(key) && wanted.get(key)?.type !== written.get(key)?.type),
    unknown: uses.filter(({ key }) => !wanted.has(key)),
    mistyped,
    unused: keys.filter((key) => !used.has(key)).map((key) => ({ key, line: written.get(key)?.line })),
  };
}

/** Flags that no code uses are told, and are no fault. */
export function differ({ missing, gone, changed, unknown, mistyped }: Differences): boolean {
  return missing.length + gone.length + changed.length + unknown.length + mistyped.length > 0;
}

/** The differences, a line each; nothing where there are none. */
export function reportOf(found: Differences, again: string): string {
  const { file, missing, gone, changed, unknown, mistyped, unused } = found;
  const lines = [
    ...missing.map((key) => `  ${key}: VWO has it, the file does not`),
    ...gone.map(({ key, line }) => `  ${key}: ${file}:${line}, VWO no longer has it`),
    ...changed.map(({ key, line }) => `  ${key}: ${file}:${line}, its variations or variables are others`),
  ];
  return [
    ...section(`${file} differs from the settings. To write it again: ${again}`, lines),
    ...section(
      'The code uses flags that VWO does not have:',
      unknown.map((use) => `  ${use.key}: ${use.file}:${use.line}:${use.column}`),
    ),
    ...section(
      'Parameters are of another type than what their decorator gives:',
      mistyped.map(
        ({ decorator, gives, says, ...at }) =>
          `  ${decorator}: ${at.file}:${at.line}:${at.column}, it gives ${gives}, the parameter says ${says}`,
      ),
    ),
    ...section(
      'VWO has flags that the code does not use:',
      unused.map(({ key, line }) => (line === undefined ? `  ${key}` : `  ${key}: ${file}:${line}`)),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? [title, ...lines] : [];
}

import { shown } from '../../../model/index.js';
import type { ProblemLog } from '../model/problem-log.js';
import { type ListQuestion, nobody, type SegmentTest } from '../model/segment.js';
import type { SettingsPath } from '../model/settings-path.js';
import { type ValueForm, valueForm } from './value-form.js';

/** One segment while it is compiled: what it looks at besides the user, and what is wrong with it. */
export class SegmentDraft {
  /** The keys of the features whose stored decision it asks for. */
  readonly features = new Set<string>();
  readonly lists: ListQuestion[] = [];
  /** It asks for campaigns of web testing. */
  webTesting = false;
  tooDeep = false;

  constructor(
    private readonly problems: ProblemLog,
    readonly featureKeysById: ReadonlyMap<unknown, string>,
  ) {}

  report(place: SettingsPath, what: string): void {
    this.problems.add(place, what);
  }

  /** Reports an operand; it matches nobody. */
  unknown(place: SettingsPath, what: string): SegmentTest {
    this.report(place, what);
    return nobody;
  }

  noList(place: SettingsPath, got: unknown): SegmentTest {
    return this.unknown(place, `a list was expected, got ${shown(got)}`);
  }

  noText(place: SettingsPath, got: unknown): SegmentTest {
    return this.unknown(place, `a text was expected, got ${shown(got)}`);
  }

  /** How a value compares; a regular expression that is none, or matches less than it says, is reported. */
  form(value: string, place: SettingsPath): ValueForm {
    const form = valueForm(value);
    if (form.problem !== undefined) this.report(place, form.problem);
    return form;
  }
}

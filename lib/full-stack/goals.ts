/** What stands between the goals of one record. A goal's own name may hold it. */
const SEPARATOR = '_vwo_';

/** Whether `goals`, as a record holds them (`bought_vwo_signed-up`), contain this one. */
export function hasGoal(goals: unknown, goal: string): boolean {
  return typeof goals === 'string' && enclosed(goals).includes(enclosed(goal));
}

/** The goals with this one at their end, unless they have it. */
export function withGoal(goals: unknown, goal: string): string {
  const known = textOf(goals);
  if (known === undefined) return goal;
  return hasGoal(known, goal) ? known : known + SEPARATOR + goal;
}

/** Both lists as one, in order, each goal once; undefined when there is none. */
export function joinedGoals(goals: unknown, more: unknown): string | undefined {
  const known = textOf(goals);
  const given = textOf(more);
  if (known === undefined || given === undefined) return known ?? given;
  if (hasGoal(known, given)) return known;
  if (hasGoal(given, known)) return given;
  return given.split(SEPARATOR).reduce(withGoal, known);
}

function enclosed(goals: string): string {
  return SEPARATOR + goals + SEPARATOR;
}

function textOf(goals: unknown): string | undefined {
  return typeof goals === 'string' && goals !== '' ? goals : undefined;
}

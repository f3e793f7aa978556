import { AsyncLocalStorage } from 'node:async_hooks';
import type { Visit } from '../../client/index.js';

/** One for the whole process: each further AsyncLocalStorage makes every promise of the application dearer. */
const scope = new AsyncLocalStorage<Visit>();

/** Runs `work`, and everything that it starts, in this visit. */
export function inVisit<T>(visit: Visit, work: () => T): T {
  return scope.run(visit, work);
}

/** The visit of the request, job or message that is being worked on; undefined outside one. */
export function currentVisit(): Visit | undefined {
  return scope.getStore();
}

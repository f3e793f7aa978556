import { AsyncLocalStorage } from 'node:async_hooks';
import { oneInProcess } from '../../common/index.js';
import type { Visit } from '../port/visit.js';
import type { VwoClient } from '../port/vwo-client.js';

/** Where code runs: in a request, or in work for a user (`vwo.run`). It says which visit of each client is the current one. */
export interface VisitScope {
  visitOf(client: VwoClient): Visit | undefined;
  /** By the name of the module; undefined: the one without a name. */
  visitNamed(name: string | undefined): Visit | undefined;
}

/** One for the whole process: each further AsyncLocalStorage makes every promise of the application slower. */
const scopes = oneInProcess('scopes', () => new AsyncLocalStorage<VisitScope>());

/** Runs `work`, and everything that it starts, in this scope. */
export function inScope<T>(scope: VisitScope, work: () => T): T {
  return scopes.run(scope, work);
}

/** The rest of what runs now, and everything that it starts, is in this scope: where there is no function to run in it. */
export function enterScope(scope: VisitScope): void {
  scopes.enterWith(scope);
}

/** Undefined outside every request and job. */
export function currentScope(): VisitScope | undefined {
  return scopes.getStore();
}

/** The client's visit of the request, job or message that is being worked on; undefined outside one. */
export function currentVisit(client: VwoClient): Visit | undefined {
  return scopes.getStore()?.visitOf(client);
}

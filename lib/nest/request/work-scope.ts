import type { Visit, VisitScope, VwoClient } from '../../client/index.js';
import { OneInProcess } from '../../common/index.js';

/** Work for one user: the visit of its client is the current one there; those of other clients are the ones from outside. */
@OneInProcess('WorkScope')
export class WorkScope implements VisitScope {
  private readonly outer: VisitScope | undefined;

  constructor(
    private readonly client: VwoClient,
    private readonly name: string | undefined,
    private readonly visit: Visit,
    outer: VisitScope | undefined,
  ) {
    this.outer = without(client, outer);
  }

  visitOf(client: VwoClient): Visit | undefined {
    return client === this.client ? this.visit : this.outer?.visitOf(client);
  }

  visitNamed(name: string | undefined): Visit | undefined {
    return name === this.name ? this.visit : this.outer?.visitNamed(name);
  }

  /** The scope as other clients see it. */
  without(client: VwoClient): VisitScope | undefined {
    if (client === this.client) return this.outer;
    const outer = without(client, this.outer);
    return outer === this.outer ? this : new WorkScope(this.client, this.name, this.visit, outer);
  }
}

/** Jobs that start jobs must not keep one another: a scope holds one visit of each client at most. */
function without(client: VwoClient, scope: VisitScope | undefined): VisitScope | undefined {
  return scope instanceof WorkScope ? scope.without(client) : scope;
}

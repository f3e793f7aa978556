import type { EdgePart } from './edge.route.js';

/** What can go wrong on the way to VWO. While a fault is on, nothing is taken in, `slow` excepted. */
export type EdgeFault =
  /** Answers with this HTTP status. */
  | { readonly kind: 'status'; readonly status: number }
  /** Accepts the request and never answers. */
  | { readonly kind: 'silence' }
  /** Cuts the connection instead of answering. */
  | { readonly kind: 'reset' }
  /** Works, but only after `ms` milliseconds. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Answers 200 with a page of HTML, as a proxy in between does. */
  | { readonly kind: 'garbage' };

interface Standing {
  readonly fault: EdgeFault;
  left: number;
}

/** The faults that are on, one per part. */
export class EdgeFaults {
  private readonly standing = new Map<EdgePart, Standing>();

  set(part: EdgePart, fault: EdgeFault, times: number): void {
    this.standing.set(part, { fault, left: times });
  }

  /** The fault that the next request meets, counted down. */
  take(part: EdgePart): EdgeFault | undefined {
    const standing = this.standing.get(part);
    if (!standing) return undefined;
    standing.left -= 1;
    if (standing.left <= 0) this.standing.delete(part);
    return standing.fault;
  }

  heal(part?: EdgePart): void {
    if (part === undefined) this.standing.clear();
    else this.standing.delete(part);
  }
}

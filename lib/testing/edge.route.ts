/** What a fault can be put on: everything that belongs to settings, to events, or to VWO's gateway service. */
export type EdgePart = 'settings' | 'events' | 'gateway';

/** One request as it came in. */
export interface EdgeRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** When it had come in whole, in ms since the epoch. */
  readonly at: number;
}

/** What a route answers. An object is sent as JSON. */
export interface EdgeAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One route. Another product of VWO's is another list of these. */
export interface EdgeRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly part: EdgePart;
  answer(request: EdgeRequest): EdgeAnswer;
}

/** An answer that says in its body what was wrong, so that whoever reads `edge.requests` sees it. */
export function refusal(status: number, message: string): EdgeAnswer {
  return { status, body: { message } };
}

/** The first of the names that the query lacks. */
export function missing(request: EdgeRequest, ...names: string[]): string | undefined {
  return names.find((name) => !request.query[name]);
}

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

/** 400, and which of these names the query lacks; undefined: it has them all. */
export function refuseQuery({ query }: EdgeRequest, ...names: string[]): EdgeAnswer | undefined {
  const lacking = names.find((name) => !query[name]);
  return lacking === undefined ? undefined : refusal(400, `The query lacks \`${lacking}\``);
}

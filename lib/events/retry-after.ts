/** For longer than this nobody stops sending, whatever VWO, or what stands in its place, asks for; in ms. */
const LONGEST = 5 * 60_000;

const SECONDS = /^\d+$/;
/** As HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`. */
const DATE = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long the header `Retry-After` asks to wait, in ms, five minutes at most; undefined where there is none, or where it is neither
 * seconds nor a date that is still to come.
 * @param now in ms since the epoch
 */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const ms = SECONDS.test(text) ? Number(text) * 1_000 : DATE.test(text) ? Date.parse(text) - now : NaN;
  return ms > 0 ? Math.min(ms, LONGEST) : undefined;
}

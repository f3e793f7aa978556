import { errorText } from '../common/index.js';
import type { QueuedEvent } from './queued-event.js';
import type { SendingReport } from './sending-report.js';
import type { WireFormat } from './wire-format.js';

/** An event, and the JSON that VWO takes. */
export interface WrittenEvent<E> {
  readonly queued: QueuedEvent<E>;
  readonly json: string;
}

type Writing<E> = Pick<WireFormat<E>, 'entry' | 'json' | 'nameOf'>;

/** An event as JSON; undefined where it cannot be written (a cycle, a bigint): it is given up, and must not cost the others. */
export function jsonOf<E>(queued: QueuedEvent<E>, format: Writing<E>, report: SendingReport): string | undefined {
  try {
    return format.json ? format.json(queued) : JSON.stringify(format.entry(queued));
  } catch (error) {
    report.notJson(format.nameOf(queued), errorText(error));
    return undefined;
  }
}

/** Those of the events that can be written. */
export function writtenEvents<E>(
  events: readonly QueuedEvent<E>[],
  format: Writing<E>,
  report: SendingReport,
): WrittenEvent<E>[] {
  return events.flatMap((queued) => {
    const json = jsonOf(queued, format, report);
    return json === undefined ? [] : [{ queued, json }];
  });
}

export function queuedOf<E>(written: readonly WrittenEvent<E>[]): QueuedEvent<E>[] {
  return written.map(({ queued }) => queued);
}

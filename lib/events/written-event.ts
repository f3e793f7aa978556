import { errorText } from '../common/index.js';
import type { QueuedEvent } from './queued-event.js';
import type { SendingReport } from './sending-report.js';
import type { WireFormat } from './wire-format.js';

/** An event, and the JSON that VWO takes. */
export interface WrittenEvent<E> {
  readonly queued: QueuedEvent<E>;
  readonly json: string;
}

/** Events as JSON. One that cannot be written (a cycle, a bigint) is given up: it must not cost the others. */
export function writtenEvents<E>(
  events: readonly QueuedEvent<E>[],
  format: Pick<WireFormat<E>, 'entry' | 'nameOf'>,
  report: SendingReport,
): WrittenEvent<E>[] {
  return events.flatMap((queued) => {
    try {
      return [{ queued, json: JSON.stringify(format.entry(queued)) }];
    } catch (error) {
      report.notJson(format.nameOf(queued), errorText(error));
      return [];
    }
  });
}

export function queuedOf<E>(written: readonly WrittenEvent<E>[]): QueuedEvent<E>[] {
  return written.map(({ queued }) => queued);
}

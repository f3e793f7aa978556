import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { diag } from '@opentelemetry/api';
import type { VwoAccount, VwoChannels } from '../common/index.js';
import { errorText } from '../common/index.js';

/**
 * Listens to what one client tells on a channel. The answer ends it. What `hear` throws goes to OpenTelemetry's own log (`diag`): thrown
 * on, it would be an uncaught exception of the process.
 */
export function heard<Name extends keyof VwoChannels>(
  name: Name,
  account: VwoAccount,
  hear: (message: VwoChannels[Name]) => void,
): () => void {
  const onMessage = (given: unknown): void => {
    const message = given as VwoChannels[Name];
    if (message.account !== account) return;
    try {
      hear(message);
    } catch (error) {
      diag.error(`nestjs-vwo: what ${name} told was lost: ${errorText(error)}`);
    }
  };
  subscribe(name, onMessage);
  return () => void unsubscribe(name, onMessage);
}

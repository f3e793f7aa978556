import { errorText } from '../../common/index.js';
import { currentCaller, type OfficialSdkCaller } from './official-sdk.caller.js';
import type { OfficialRequest, OfficialResponse } from './official-sdk.types.js';
import { eventsIn, type SdkLogEventLimit } from '../sdk.events.js';

export interface SdkNetworkOptions {
  /** On whose behalf the SDK works when it works for itself. */
  readonly background: OfficialSdkCaller;
  /** Which of the events about the SDK itself are sent. */
  readonly logEvents: SdkLogEventLimit;
  /** Where errors go. */
  readonly complain: (message: string) => void;
}

/**
 * The `network.client` of the SDK: nothing leaves the process here. POSTs become events of whoever the SDK works for;
 * GETs, which are questions to VWO's gateway, are answered from what was fetched before the visit opened.
 * Never throws, rejects or hangs.
 */
export function sdkNetwork({ background, logEvents, complain }: SdkNetworkOptions) {
  const caller = () => currentCaller() ?? background;
  return {
    GET: (request: OfficialRequest): Promise<OfficialResponse> => {
      const [path = ''] = (request.getOptions().path ?? '').split('?');
      return Promise.resolve(answer(caller().askGateway(path, request.getQuery?.() ?? {})));
    },
    POST: (request: OfficialRequest): Promise<OfficialResponse> => {
      try {
        for (const event of eventsIn(request.getOptions().body)) if (logEvents.lets(event)) caller().onEvent(event);
      } catch (error) {
        complain(errorText(error)); // properties that are no JSON: the SDK writes them to count their bytes
      }
      return Promise.resolve(answer({}));
    },
  };
}

/** A success, at the first attempt. */
export function answer(data: unknown): OfficialResponse {
  return {
    getStatusCode: () => 200,
    getTotalAttempts: () => 0,
    getData: () => data,
    getError: () => undefined,
    getHeaders: () => ({}),
  };
}

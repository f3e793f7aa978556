import type { OfficialRequest, OfficialResponse } from './official-sdk.types.js';
import { currentCaller, type SdkCaller } from './sdk-caller.js';
import { eventsIn } from './sdk.events.js';

/**
 * The `network.client` of the SDK: nothing leaves the process here. POSTs become events of whoever the SDK works for;
 * GETs, which are questions to VWO's gateway, are answered from what was fetched before the visit opened.
 * Never throws, rejects or hangs.
 */
export function sdkNetwork(background: SdkCaller, complain: (error: unknown) => void) {
  const caller = () => currentCaller() ?? background;
  return {
    GET: (request: OfficialRequest): Promise<OfficialResponse> => {
      const [path = ''] = (request.getOptions().path ?? '').split('?');
      return Promise.resolve(answer(caller().ask(path, request.getQuery?.() ?? {})));
    },
    POST: (request: OfficialRequest): Promise<OfficialResponse> => {
      try {
        for (const event of eventsIn(request.getOptions().body)) caller().hear(event);
      } catch (error) {
        complain(error); // properties that are no JSON: the SDK writes them to count their bytes
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

import { type Diagnostics, errorText, VwoTransportError } from '../../common/index.js';
import { type Query, type Transport, urlOf } from '../../transport/index.js';

/** Past it a call is refused: else a gateway that hangs would keep ever more connections open. */
const MAX_CONCURRENT_CALLS = 256;

/** How long the gateway may take to store something, in ms: no visit waits for it. */
const POST_TIMEOUT_MS = 5_000;

export interface GatewayCallsOptions {
  readonly transport: Transport;
  /** VWO's gateway service, without a trailing slash. */
  readonly url: string;
  readonly accountId: string;
  /** How long one question may take, in ms. */
  readonly timeout: number;
  readonly diagnostics: Diagnostics;
}

/** Calls to VWO's gateway: bounded in time and number, counted, and logged where they fail. None of them rejects. */
export class GatewayCalls {
  private underWay = 0;

  constructor(private readonly options: GatewayCallsOptions) {}

  /** The URL of a question, which tells alike ones from others. */
  urlOf(path: string, query: Query): string {
    const { url, accountId } = this.options;
    return urlOf(url, path, { ...query, accountId });
  }

  /**
   * The answer; undefined when there is none.
   * @param otherwise what happens without one, for the log
   */
  get(url: string, otherwise: string): Promise<unknown> {
    const { transport, timeout } = this.options;
    return this.call(() => transport.get(url, { timeout }), otherwise);
  }

  /** Whether the gateway took it. */
  async post(url: string, body: object, otherwise: string): Promise<boolean> {
    const taken = await this.call(async () => {
      const { status } = await this.options.transport.post(url, JSON.stringify(body), { timeout: POST_TIMEOUT_MS });
      if (status < 200 || status > 299) throw new VwoTransportError(`answered ${status}`, status);
      return true;
    }, otherwise);
    return taken === true;
  }

  private async call<T>(exchange: () => Promise<T>, otherwise: string): Promise<T | undefined> {
    const { diagnostics } = this.options;
    diagnostics.count('gatewayCalls');
    this.underWay += 1;
    try {
      if (this.underWay > MAX_CONCURRENT_CALLS) {
        throw new VwoTransportError(`${MAX_CONCURRENT_CALLS} calls are under way already`);
      }
      const answer = await exchange();
      diagnostics.recovered('gateway', "VWO's gateway answers again.");
      return answer;
    } catch (error) {
      diagnostics.count('gatewayFailures');
      diagnostics.warn('gateway', `VWO's gateway: ${errorText(error)}. ${otherwise}`);
      return undefined;
    } finally {
      this.underWay -= 1;
    }
  }
}

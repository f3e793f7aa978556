import {
  type ClientOptions,
  ProductClient,
  productFactory,
  resolveClientOptions,
  type Visit,
  VisitUser,
} from '../client/index.js';
import type { ClientName, FlagKey, UserId, VwoUserContext } from '../model/index.js';
import { type HeaderFlags, headerFlagsOf } from './header-flags.js';
import { TestingProduct } from './testing.product.js';
import type { TestingState } from './testing-state.js';

/** No account: nothing is fetched or sent, so nobody asks which. */
const ACCOUNT = { accountId: 1, sdkKey: 'testing', events: false } as const;

/** What of an application's own options holds in its tests too. */
export type TestedOptions = Pick<ClientOptions, 'preload' | 'onDecision' | 'clock' | 'logger'>;

/** The client of an application under test: visits as in any other, decided by the flags that the test sets. */
export class TestingClient extends ProductClient {
  private readonly headers: WeakMap<VisitUser, HeaderFlags>;
  private readonly now: () => number;

  constructor(state: TestingState, { preload, onDecision, clock, logger }: TestedOptions) {
    const headers = new WeakMap<VisitUser, HeaderFlags>();
    const options = resolveClientOptions({ ...ACCOUNT, preload, onDecision, clock, logger }, undefined);
    super(options, productFactory(TestingProduct, { state, headers }));
    this.headers = headers;
    this.now = () => options.clock.now();
  }

  /** Rejects with `BadRequestException` where the request has a header with flags that cannot be read. */
  override async visit<Client extends ClientName = undefined>(
    user: VwoUserContext<UserId> | undefined,
    keys?: readonly FlagKey<Client>[],
  ): Promise<Visit<Client>> {
    const header = headerFlagsOf(user);
    if (!user || !header) return super.visit<Client>(user, keys);
    const known = new VisitUser(user, String(user.id), String(ACCOUNT.accountId), this.now());
    this.headers.set(known, header);
    return super.visit<Client>(known, keys);
  }
}

/** The client of an application that is about to start. */
export function testingClient(state: TestingState, options: TestedOptions): TestingClient {
  state.isUsed = true;
  return new TestingClient(state, options);
}

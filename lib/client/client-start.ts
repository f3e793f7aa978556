import { keepAliveUntil } from '../common/index.js';
import type { PreparedSettings } from '../settings/index.js';
import type { ClientParts } from './client-parts.js';

type Parts<Settings extends PreparedSettings, Event> = Pick<
  ClientParts<Settings, Event>,
  'core' | 'product' | 'session' | 'keeper'
>;

/** The start of a client: its product, then storage and settings at the same time; and its start event. */
export class ClientStart<Settings extends PreparedSettings, Event> {
  private starting: Promise<void> | undefined;
  /** On the monotonic clock, in ms. */
  private startedAt = 0;
  private toldStart = false;
  private isClosed = false;

  constructor(private readonly parts: Parts<Settings, Event>) {}

  /** Whether `start` was called. */
  get wasAsked(): boolean {
    return this.starting !== undefined;
  }

  /** Calling it twice is fine. */
  start(): Promise<void> {
    return (this.starting ??= keepAliveUntil(this.begin()));
  }

  /** Opens nothing from now on: nobody would close that. */
  close(): void {
    this.isClosed = true;
  }

  /** The first ones end the start. */
  settingsArrived(settings: Settings): void {
    if (this.toldStart) return;
    this.toldStart = true;
    const { core, product, keeper } = this.parts;
    const start = core.clock.monotonic() - this.startedAt;
    product.started?.(settings, { fetch: keeper.fetchTime, start });
  }

  private async begin(): Promise<void> {
    if (this.isClosed) return;
    const { core, product, session, keeper } = this.parts;
    this.startedAt = core.clock.monotonic();
    this.tellWhereEventsGo();
    const { accountId, environment, startTimeout } = core.options;
    await product.begin?.();
    if (this.isClosed) return;
    await Promise.all([session.open({ accountId, environment }, startTimeout), keeper.start()]);
  }

  /** A client whose settings are given still sends events to VWO: the log says so. */
  private tellWhereEventsGo(): void {
    const { core, product } = this.parts;
    if (product.source.changes || core.options.events === false) return;
    const { events } = core.hosts;
    core.diagnostics.info(`Settings are given as an object; events go to ${events}. To send none: \`events: false\`.`);
  }
}

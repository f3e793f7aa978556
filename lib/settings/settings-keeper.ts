import type { Clock } from '../clock.js';
import type { Diagnostics } from '../diagnostics.js';
import type { CompiledSettings, VwoSettings } from '../engine/index.js';
import type { SettingsOccasion, SettingsSource } from './settings-source.js';

export interface SettingsKeeperOptions {
  source: SettingsSource;
  /** The engine's. */
  compile: (settings: VwoSettings) => CompiledSettings;
  /** Whose settings they must be. */
  accountId?: string;
  /** In ms. @default the settings' own `pollInterval`, else 600,000 */
  pollInterval?: number | undefined;
  /** How long `start` waits, in ms. */
  startTimeout: number;
  onStartFailure: 'continue' | 'fail';
  diagnostics: Diagnostics;
  clock: Clock;
  /** Called with the first settings and at every change. */
  onChange?: (compiled: CompiledSettings, settings: VwoSettings) => void;
}

/** Fetches, checks, polls, and keeps the last good. */
export class SettingsKeeper {
  /** The last good settings, compiled; undefined until the first came. */
  current: CompiledSettings | undefined;
  /** The same as VWO sent them, lists and maps filled in. */
  settings: VwoSettings | undefined;
  /** How long the fetch of the first settings took, in ms; 0 where they were given. */
  fetchTime = 0;

  constructor(private readonly options: SettingsKeeperOptions) {}

  /** Waits for the first settings, `startTimeout` at most. Rejects only where `onStartFailure` asks for it. */
  start(): Promise<void> {
    void this.options;
    throw new Error('in the making');
  }

  /** Fetches now. True when they changed; rejects when they could not be had. */
  refresh(_occasion: SettingsOccasion = 'poll'): Promise<boolean> {
    throw new Error('in the making');
  }

  /** Ends polling and trying. */
  close(): void {}
}

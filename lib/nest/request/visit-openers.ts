import type { ExecutionContext } from '@nestjs/common';
import { OneInProcess, VwoOptionsError } from '../../common/index.js';
import { flagsOn, type HandlerFlags } from '../handler/index.js';
import type { VisitOpener } from './visit-opener.js';

type ByHandler = WeakMap<HandlerFlags, readonly VisitOpener[]>;

const NONE: readonly VisitOpener[] = [];

/** The openers of one application: one for each `VwoModule`, by name. */
@OneInProcess('VisitOpeners')
export class VisitOpeners {
  private readonly claimed = new Set<string | undefined>();
  private readonly byName = new Map<string | undefined, VisitOpener>();
  private readonly everywhere = new Set<VisitOpener>();
  /** Asked once per handler, not per request. */
  private bound: ByHandler = new WeakMap();
  private global: ByHandler = new WeakMap();

  /** Throws `VwoOptionsError` when another module has that name. Called before anything is started for it. */
  claim(name: string | undefined): void {
    if (this.claimed.has(name)) throw new VwoOptionsError(takenText(name));
    this.claimed.add(name);
  }

  /** @param everywhere whether its visit is opened for every handler, and not only for those that name it */
  add(opener: VisitOpener, everywhere: boolean): VisitOpener {
    this.byName.set(opener.name, opener);
    if (everywhere) this.everywhere.add(opener);
    this.bound = new WeakMap();
    this.global = new WeakMap();
    return opener;
  }

  /** Throws `VwoOptionsError` when there is no module of that name. */
  get(name: string | undefined): VisitOpener {
    const found = this.byName.get(name);
    if (found) return found;
    const names = [...this.byName.keys()].map(shownName).join(', ') || 'none';
    throw new VwoOptionsError(
      `There is no VwoModule ${shownName(name)}: give one the option \`name\`. There is: ${names}`,
    );
  }

  /** Those whose visits an interceptor opens for this handler. Throws `VwoOptionsError` when it names a client that is not there. */
  of(context: ExecutionContext, isGlobal: boolean): readonly VisitOpener[] {
    const flags = flagsOn(context);
    if (flags.skipped) return NONE;
    const known = isGlobal ? this.global : this.bound;
    const found = known.get(flags);
    if (found) return found;
    const openers = this.named(flags, isGlobal);
    known.set(flags, openers);
    return openers;
  }

  private named(flags: HandlerFlags, isGlobal: boolean): readonly VisitOpener[] {
    const openers = new Set(this.everywhere);
    for (const name of flags.clients) openers.add(this.get(name));
    const unnamed = this.byName.get(undefined);
    if (unnamed && !isGlobal) openers.add(unnamed);
    return [...openers].filter(({ name }) => !flags.ownVisits.includes(name));
  }
}

function shownName(name: string | undefined): string {
  return name === undefined ? 'without a name' : `with the name "${name}"`;
}

function takenText(name: string | undefined): string {
  const cure =
    "give each further account a name of its own: VwoModule.forRoot({ name: 'second', … }), @InjectVwo('second')";
  if (name === undefined)
    return `\`name\` must be given: the application has a VwoModule without a name already; ${cure}`;
  return `\`name\` must be another than "${name}": the application has a VwoModule of that name already; ${cure}`;
}

import 'reflect-metadata';
import { type CanActivate, type ExecutionContext, Logger, type Type } from '@nestjs/common';
import { oncePerHandler } from '../handler/index.js';
import { isMessage } from '../request/index.js';

/** Nest's own key; 12 exports it nowhere public. */
const GUARDS = '__guards__';

/** Once per handler. */
const state = oncePerHandler(() => ({ warned: false }));

/**
 * Warns once per handler when a gate refuses everybody for a reason that lies in the code: `own` is the gate's guard,
 * `asksOption` whether the module has the option `user`.
 */
export function warnOfBinding(context: ExecutionContext, own: Type<CanActivate>, asksOption: boolean): void {
  const handler = state(context);
  if (handler.warned) return;
  handler.warned = true;
  const what = laterGuards(context, own) ?? (isMessage(context) && !asksOption ? NOBODY_BY_DEFAULT : undefined);
  if (what)
    new Logger('Vwo').warn(`@RequireFlag refused ${context.getClass().name}.${context.getHandler().name} ${what}`);
}

const NOBODY_BY_DEFAULT =
  'because nobody was known: a message has no user by itself. Say whose it is by the option `user` of VwoModule, for ' +
  'example `user: (context) => ({ id: messageOf(context).userId })`; in a gateway a guard may set `socket.data.user`.';

/** The guards after this one may be those that log the user in. */
function laterGuards(context: ExecutionContext, own: Type<CanActivate>): string | undefined {
  const guards = [...guardsOn(context.getClass()), ...guardsOn(context.getHandler())];
  const later = guards.slice(guards.indexOf(own) + 1).filter((guard) => guard !== own);
  if (later.length === 0) return undefined;
  const names = later.map((guard) => (typeof guard === 'function' ? guard.name : guard.constructor.name)).join(', ');
  return (
    `because nobody was known yet, and ${names} comes later. The guard that is applied first runs first: put ` +
    '@RequireFlag above @UseGuards, in a list applyDecorators(UseGuards(…), RequireFlag(…)), or log in on the class or globally.'
  );
}

function guardsOn(target: object): readonly (Type<CanActivate> | CanActivate)[] {
  return (Reflect.getMetadata(GUARDS, target) as readonly Type<CanActivate>[] | undefined) ?? [];
}

import { type ExecutionContext, Logger } from '@nestjs/common';
import { oncePerHandler } from '../handler/index.js';
import { type HttpResponse, loggedIn, senderOf } from '../request/index.js';

const state = oncePerHandler(() => ({ warned: false }));

/** Warns once per handler where nobody was known in the guard of `VwoModule`, and somebody has logged in by the end of the response. */
export function warnOfLaterLogin(context: ExecutionContext, response: HttpResponse | undefined): void {
  const handler = state(context);
  if (handler.warned) return;
  response?.once?.('close', () => {
    if (handler.warned || !loggedIn(senderOf(context))) return;
    handler.warned = true;
    new Logger('Vwo').warn(
      `Flags were off in ${context.getClass().name}.${context.getHandler().name}: nobody was known in the guard of VwoModule ` +
        "(`mount: 'guard'`), and a guard after it has logged somebody in. Log in by a global guard of a module that is imported " +
        "before VwoModule, or of the root module, or use `mount: 'interceptor'`.",
    );
  });
}

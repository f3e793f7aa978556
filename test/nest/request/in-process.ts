import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';

/** Messages and events without a broker: a call goes where a message would, to all handlers of an event. */
export class InProcess extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {
    this.messageHandlers.clear();
  }

  on(): never {
    throw new Error('there are no events of a connection');
  }

  unwrap<T>(): T {
    throw new Error('there is no connection');
  }

  /** Resolves with the last thing that the handlers answer; rejects as they do. */
  async call(pattern: string, data: unknown = {}, context: unknown = {}): Promise<unknown> {
    const handler: MessageHandler | null = this.getHandlerByPattern(pattern);
    if (!handler) throw new Error(`nobody handles ${pattern}`);
    return lastValueFrom(this.transformToObservable(await handler(data, context)));
  }
}

import { type INestApplicationContext, Injectable, type Provider, type Type } from '@nestjs/common';
import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import {
  Command,
  CommandBus,
  CommandHandler,
  CqrsModule,
  EventBus,
  EventsHandler,
  type ICommandHandler,
  type IEventHandler,
  type IQueryHandler,
  Query,
  QueryBus,
  QueryHandler,
} from '@nestjs/cqrs';
import { Cron, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { type Job, type Queue, QueueEvents } from 'bullmq';
import { VwoService, WithVisit } from '../../lib/index.js';
import { redisServer } from './brokers.js';
import { compiled, type Transport } from './transport.js';
import { Answers, type Message, type Task, Work } from './work.js';

/** Nest calls methods of these without guards, interceptors and parameters, and nobody waits for them. */
const WITHOUT = {
  parameters: 'Nest gives no parameters',
  gates: 'Nest runs no guards',
  leaving: 'nobody waits for an answer',
};

/** The task of the same name. */
function done(work: Work, task: Task, message?: Message): Promise<object> {
  return task === 'fails' ? work.fails(message) : work.who(message);
}

const sender = ({ user }: Message) => (user === undefined ? undefined : { id: user });

@Processor('work', { concurrency: 30 })
class Jobs extends WorkerHost {
  constructor(private readonly work: Work) {
    super();
  }

  @WithVisit((job: Job<Message>) => sender(job.data))
  process(job: Job<Message>): Promise<object> {
    return done(this.work, job.name as Task);
  }
}

/** Asks the option `user` whose job it is. */
@Processor('work', { concurrency: 30 })
class JobsByOption extends WorkerHost {
  constructor(private readonly work: Work) {
    super();
  }

  @WithVisit()
  process(job: Job<Message>): Promise<object> {
    return done(this.work, job.name as Task);
  }
}

function queue(name: string, processor: Type): Transport {
  return {
    name,
    page: 'jobs of queues',
    without: WITHOUT,
    start: async (options) => {
      const connection = { host: '127.0.0.1', port: (await redisServer()).port };
      const prefix = `jobs-${(started += 1)}`;
      const imports = [BullModule.forRoot({ connection, prefix }), BullModule.registerQueue({ name: 'work' })];
      const app = await compiled(options, { imports, providers: [processor] });
      await app.init();
      const jobs = app.get<Queue<Message>>(getQueueToken('work'));
      const events = new QueueEvents('work', { connection, prefix });
      await events.waitUntilReady();
      return {
        app,
        send: async (task, user) => (await jobs.add(task, { ...(user && { user }) })).waitUntilFinished(events),
        stop: async () => {
          await events.close();
          await app.close();
        },
      };
    },
  };
}

let started = 0;

/** What the next run is for: a schedule hands nothing to its method. */
@Injectable()
class Agenda {
  message: Message = {};
}

const YEARLY = '0 0 1 1 *';

@Injectable()
class Scheduled {
  constructor(
    private readonly work: Work,
    private readonly agenda: Agenda,
  ) {}

  @Cron(YEARLY, { name: 'who' })
  async who(): Promise<void> {
    await this.next({ task: 'who', message: this.agenda.message });
  }

  @Cron(YEARLY, { name: 'fails' })
  async fails(): Promise<void> {
    await this.next({ task: 'fails', message: this.agenda.message });
  }

  @WithVisit(({ message }: { task: Task; message: Message }) => sender(message))
  private next({ task, message }: { task: Task; message: Message }): Promise<object> {
    return done(this.work, task, message);
  }
}

const schedule: Transport = {
  name: 'a schedule (@nestjs/schedule)',
  page: 'schedules',
  without: WITHOUT,
  start: async (options) => {
    const app = await compiled(options, { imports: [ScheduleModule.forRoot()], providers: [Scheduled, Agenda] });
    await app.init();
    const send = (task: Task, user?: string) =>
      app.get(Answers).to((ask) => {
        app.get(Agenda).message = { ask, ...(user && { user }) };
        void app.get(SchedulerRegistry).getCronJob(task).fireOnTick();
      });
    return { app, send, stop: () => app.close() };
  },
};

/** A command, query or event: all of them have the same parts here. */
class Asked {
  constructor(
    readonly task: Task,
    readonly message: Message,
  ) {}
}

const askedBy = ({ message }: Asked) => sender(message);

class Do extends Command<object> {
  constructor(readonly asked: Asked) {
    super();
  }
}

@CommandHandler(Do)
class DoHandler implements ICommandHandler<Do> {
  constructor(private readonly work: Work) {}

  @WithVisit(({ asked }: Do) => askedBy(asked))
  execute({ asked }: Do): Promise<object> {
    return done(this.work, asked.task, asked.message);
  }
}

class Find extends Query<object> {
  constructor(readonly asked: Asked) {
    super();
  }
}

@QueryHandler(Find)
class FindHandler implements IQueryHandler<Find> {
  constructor(private readonly work: Work) {}

  @WithVisit(({ asked }: Find) => askedBy(asked))
  execute({ asked }: Find): Promise<object> {
    return done(this.work, asked.task, asked.message);
  }
}

class Happened {
  constructor(readonly asked: Asked) {}
}

@EventsHandler(Happened)
class HappenedHandler implements IEventHandler<Happened> {
  constructor(private readonly work: Work) {}

  @WithVisit(({ asked }: Happened) => askedBy(asked))
  async handle({ asked }: Happened): Promise<void> {
    await done(this.work, asked.task, asked.message);
  }
}

function cqrs(
  name: string,
  handler: Provider,
  dispatch: (app: INestApplicationContext, asked: (ask?: string) => Asked) => Promise<unknown>,
): Transport {
  return {
    name,
    page: 'CQRS handlers',
    without: WITHOUT,
    start: async (options) => {
      const app = await compiled(options, { imports: [CqrsModule.forRoot()], providers: [handler] });
      await app.init();
      const send = (task: Task, user?: string) =>
        dispatch(app, (ask) => new Asked(task, { ...(user && { user }), ...(ask && { ask }) }));
      return { app, send, stop: () => app.close() };
    },
  };
}

const script: Transport = {
  name: 'vwo.run in a script',
  page: '`vwo.run(user, work)`',
  without: WITHOUT,
  start: async (options) => {
    const app = await compiled(options, {});
    await app.init();
    const send = (task: Task, user?: string) =>
      app.get(VwoService).run(user === undefined ? undefined : { id: user }, () => done(app.get(Work), task));
    return { app, send, stop: () => app.close() };
  },
};

export const BACKGROUND: readonly Transport[] = [
  queue('a queue (@nestjs/bullmq)', Jobs),
  queue('a queue whose user the option `user` says', JobsByOption),
  schedule,
  cqrs('a CQRS command', DoHandler, (app, asked) => app.get(CommandBus).execute(new Do(asked()))),
  cqrs('a CQRS query', FindHandler, (app, asked) => app.get(QueryBus).execute(new Find(asked()))),
  cqrs('a CQRS event', HappenedHandler, (app, asked) =>
    app.get(Answers).to((ask) => app.get(EventBus).publish(new Happened(asked(ask)))),
  ),
  script,
];

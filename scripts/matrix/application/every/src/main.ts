import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { adapter } from './adapter.js';

async function bootstrap() {
  const app = await NestFactory.create(AppModule, adapter());
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000, '127.0.0.1');
  console.log(`listens at ${await app.getUrl()}`);
}
void bootstrap();

import 'reflect-metadata';
import { Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { VwoModule } from 'nestjs-vwo';
import { accountSettings, feature, rollout } from 'nestjs-vwo/edge';
import { ShopController } from './shop.controller.js';

const settings = accountSettings({
  features: [feature('pricing', [rollout({ variables: { discount: 3 } })]), feature('beta')],
});

@Module({
  imports: [VwoModule.forRoot({ settings, sdkKey: 'key', events: false, user: () => ({ id: 'ann' }) })],
  controllers: [ShopController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.useGlobalPipes(new ValidationPipe({ transform: true }));
const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
SwaggerModule.setup('docs', app, document);
await app.listen(0, '127.0.0.1');
const url = await app.getUrl();
const got: unknown = await (await fetch(`${url}/shop/7?page=2`)).json();
const refused = await fetch(`${url}/shop`, { method: 'POST' });
const served: unknown = await (await fetch(`${url}/docs-json`)).json();
await app.close();
console.log(
  JSON.stringify({
    got,
    refused: refused.status,
    paths: document.paths,
    schemas: document.components?.schemas,
    served,
  }),
);

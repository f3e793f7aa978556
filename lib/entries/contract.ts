// What every storage promises, as tests: `nestjs-vwo/contract`. Loads neither NestJS nor rxjs.

export * from '../contract/index.js';

// A VWO on loopback, and settings for it: `nestjs-vwo/edge`. Loads neither NestJS nor rxjs.

export * from '../edge/index.js';

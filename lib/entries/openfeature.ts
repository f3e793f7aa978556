// VWO behind OpenFeature's API: `nestjs-vwo/openfeature`. Loads neither NestJS nor rxjs.

export { vwoUserOf, VwoOpenFeatureProvider } from '../openfeature/index.js';

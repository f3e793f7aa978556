export { vwoConfig } from './vwo.config.js';

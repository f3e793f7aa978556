export { vwoConfig } from '../nest/config/vwo.config.js';

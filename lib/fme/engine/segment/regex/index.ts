export { BoundedRegex } from './bounded-regex.js';

/** This package's, as its manifest has it; `npm version` writes both. */
export const VERSION = '0.1.0';

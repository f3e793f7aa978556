// The core's own suite, unchanged, on VWO's SDK 1.35.0.
import './on-sdk.js';
import '../../e2e/flags.spec.js';

import { arrange } from './graph-arrange.js';

/* Arranges graphs beside the page, so that it stays responsive. */

self.addEventListener('message', ({ data }) => {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to tell
  self.postMessage(arrange(data));
});

import { tickText } from './age.js';

/* Keeps relative times and interval gauges current. Times tick in place; nothing is announced. */

const gaugeWidth = 48;

/** Writes every relative time under `root` as it reads now. */
function tick(root) {
  const now = Date.now();
  for (const time of root.querySelectorAll('time[data-tick]')) {
    const text = tickText(time.dataset.tick, now - Date.parse(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
  for (const gauge of root.querySelectorAll('[data-tick-gauge]')) {
    const at = Date.parse(gauge.parentElement.querySelector('time')?.dateTime);
    const share = (now - at) / (Number(gauge.dataset.tickGauge) * 1000);
    const width = String(Math.round(Math.min(1, Math.max(0, share)) * gaugeWidth));
    const level = gauge.querySelector('.water');
    if (level !== null && level.getAttribute('width') !== width) level.setAttribute('width', width);
  }
}

setInterval(() => {
  if (!document.hidden) tick(document);
}, 1000);
document.addEventListener('visibilitychange', () => tick(document));

import { whisper } from './whisper.js';

/* Copies what a button names: `data-copy="text"`, or with `data-copy-from="previous"` the code block beside it. */

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy], [data-copy-from]');
  if (button !== null) void copy(button);
});

async function copy(button) {
  const text = button.dataset.copy ?? button.closest('.code-block').querySelector('pre').textContent;
  await navigator.clipboard.writeText(text);
  button.dataset.copied = '';
  whisper('Copied.');
  setTimeout(() => delete button.dataset.copied, 1500);
}

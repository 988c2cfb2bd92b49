import { whisper } from './whisper.js';

/* Copies what a button names: `data-copy="text"`, or with `data-copy-from="previous"` the code block beside it. */

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy], [data-copy-from]');
  if (button !== null) void copy(button);
});

async function copy(button) {
  const text = button.dataset.copy ?? button.closest('.code-block').querySelector('pre').textContent;
  const done = await written(text).catch(() => writtenByCommand(text));
  if (!done) {
    whisper('The browser does not let this page copy.');
    return;
  }
  button.dataset.copied = '';
  whisper('Copied.');
  setTimeout(() => delete button.dataset.copied, 1500);
}

async function written(text) {
  await navigator.clipboard.writeText(text);
  return true;
}

/** The clipboard is there for pages of HTTPS and of this machine only; the older way is there for all. */
function writtenByCommand(text) {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'visually-hidden';
  const focused = document.activeElement;
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  focused?.focus();
  return done;
}

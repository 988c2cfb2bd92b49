/** Says a sentence to those who listen to the page instead of looking at it. */
export function whisper(text) {
  const line = document.getElementById('whisper');
  line.textContent = '';
  requestAnimationFrame(() => {
    line.textContent = text;
  });
}

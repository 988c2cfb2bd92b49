/* What is current may lie outside of what is seen of a list that scrolls: the rail's entry, an object's tab. */

function bringIntoSight() {
  for (const holder of document.querySelectorAll('.rail-scroll, .tabs')) {
    const current = holder.querySelector('[aria-current]');
    if (current !== null) scrollTo(holder, current);
  }
}

/** Only the holder moves: the page stays where the reader is. */
function scrollTo(holder, element) {
  const [seen, wanted] = [holder.getBoundingClientRect(), element.getBoundingClientRect()];
  if (wanted.top < seen.top || wanted.bottom > seen.bottom)
    holder.scrollTop += (wanted.top + wanted.bottom - seen.top - seen.bottom) / 2;
  if (wanted.left < seen.left || wanted.right > seen.right)
    holder.scrollLeft += (wanted.left + wanted.right - seen.left - seen.right) / 2;
}

bringIntoSight();
/* In a narrow window the rail is not laid out before it is opened. */
document.getElementById('rail').addEventListener('toggle', bringIntoSight);

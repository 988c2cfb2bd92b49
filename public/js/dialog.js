/* Menus close when one goes elsewhere; dialogs open by `commandfor` also in browsers that do not know it yet. */

const knowsCommands = 'commandForElement' in HTMLButtonElement.prototype;

document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const button = event.target.closest('button[commandfor]');
  if (button === null) return;
  const dialog = document.getElementById(button.getAttribute('commandfor'));
  if (!knowsCommands) {
    if (button.getAttribute('command') === 'close') dialog.close();
    else dialog.showModal();
  }
  const menu = button.closest('details.menu');
  if (menu !== null) menu.open = false;
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const menu = document.querySelector('details.menu[open]');
  if (menu === null) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

/* A question is answered by sending its form; a click on the veil is no answer. */
document.addEventListener('submit', (event) => {
  event.submitter?.closest('dialog')?.close();
});

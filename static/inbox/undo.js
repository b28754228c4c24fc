/* What was done can be undone from its toast for ten seconds, which wait while somebody is there; and the dialog that
   assigns. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const SECONDS = 10;
  const timers = new WeakMap();
  let before = null;

  const toasts = () => [...document.querySelectorAll('#toasts [data-undo]')];

  /* The focus that a toast takes with it goes back to where it was before. */
  function remove(toast) {
    const held = toast.contains(document.activeElement);
    toast.remove();
    if (held && before && before.isConnected) before.focus({ preventScroll: true });
  }

  function wait(toast) {
    clearTimeout(timers.get(toast));
    if (toast.matches(':hover, :focus-within')) return;
    timers.set(toast, setTimeout(() => remove(toast), SECONDS * 1000));
  }

  document.addEventListener('htmx:oobAfterSwap', (event) => {
    if (event.detail.target.id !== 'toasts') return;
    const newest = toasts().at(-1);
    for (const toast of toasts()) if (toast !== newest && toast.dataset.undo === newest.dataset.undo) remove(toast);
    wait(newest);
  });

  for (const name of ['mouseout', 'focusout']) {
    document.addEventListener(name, (event) => {
      const toast = event.target.closest && event.target.closest('[data-undo]');
      if (toast) setTimeout(() => wait(toast));
    });
  }
  for (const name of ['mouseover', 'focusin']) {
    document.addEventListener(name, (event) => {
      const toast = event.target.closest && event.target.closest('[data-undo]');
      if (toast) clearTimeout(timers.get(toast));
      if (toast && event.relatedTarget && !toast.contains(event.relatedTarget)) before = event.relatedTarget;
    });
  }

  document.addEventListener('htmx:afterRequest', (event) => {
    const toast = event.detail.elt.closest && event.detail.elt.closest('[data-undo]');
    if (toast) remove(toast);
    if ($('assign-dialog').contains(event.detail.elt)) $('assign-dialog').close();
  });

  document.addEventListener('keydown', (event) => {
    const undo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'z';
    const newest = toasts().at(-1);
    if (!undo || !newest || event.repeat) return;
    if (window.SwitchboardKeys.writing(event.target) || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    newest.querySelector('form').requestSubmit();
  });

  document.addEventListener('htmx:afterSettle', (event) => {
    const dialog = window.Switchboard.openDialog('assign-dialog', event);
    if (dialog) dialog.querySelector('input:checked').focus();
  });

  document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('[data-dialog-close]');
    if (button) button.closest('dialog').close();
  });
})();

/* The form that takes down an opt-in or opt-out, in a dialog over the conversation. It is sent as a page's form is. */
(function () {
  'use strict';
  document.addEventListener('htmx:afterSwap', (event) => {
    const dialog = event.detail.target;
    if (dialog.id !== 'consent-dialog' || !dialog.firstElementChild || dialog.open) return;
    dialog.showModal();
    dialog.querySelector('input:checked').focus();
  });
})();

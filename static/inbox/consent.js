/* The forms for an opt-in or opt-out and for fields, in a dialog over the conversation. They are sent as a page's form is. */
(function () {
  'use strict';
  document.addEventListener('htmx:afterSwap', (event) => {
    const dialog = event.detail.target;
    if (dialog.id !== 'consent-dialog' || !dialog.firstElementChild || dialog.open || !window.Switchboard.stayed(event.detail)) return;
    dialog.showModal();
    (dialog.querySelector('input:checked') || dialog.querySelector('input:not([type=hidden])')).focus();
  });
})();

/* The forms for an opt-in or opt-out and for fields, in a dialog over the conversation. They are sent as a page's form is. */
(function () {
  'use strict';
  document.addEventListener('htmx:afterSwap', (event) => {
    const dialog = window.Switchboard.openDialog('consent-dialog', event);
    if (dialog) (dialog.querySelector('input:checked') || dialog.querySelector('input:not([type=hidden])')).focus();
  });
})();

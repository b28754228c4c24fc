/* Reply windows, which run out by themselves. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox ||= {};
  const LOW = 90 * 60000;
  const WHOLE = 24 * 3600000;

  function drawWindow(element, closesAt) {
    const left = Date.parse(closesAt) - Date.now();
    const minutes = Math.floor(left / 60000);
    const open = left > 0;
    const hours = Math.floor(minutes / 60);
    const words = document.querySelector('.inbox').dataset;
    const text = !open ? words.leftNone : hours
      ? words.leftHours.replace('{hours}', hours).replace('{minutes}', minutes % 60)
      : words.leftMinutes.replace('{minutes}', minutes);
    const label = element.querySelector('.win__t');
    if (label.textContent !== text) label.textContent = text;
    element.classList.toggle('win--low', open && left < LOW);
    element.classList.toggle('win--off', !open);
    const share = open ? Math.max(1, Math.round(100 * left / WHOLE)) : 0;
    element.querySelector('circle + circle').setAttribute('stroke-dasharray', `${share} 100`);
    return open;
  }

  let askedAt = 0;

  /* The open conversation's window, in composer and contact: its row hears first that the customer wrote again. */
  function drawOpenWindow() {
    const composer = $('composer');
    if (!composer) return;
    const row = $(`row-${composer.dataset.draft}`);
    const told = [composer.dataset.closesAt || '', row ? row.dataset.closesAt : ''];
    const closesAt = told.sort().at(-1);
    const contact = document.querySelector('#contact .win');
    if (contact && closesAt) contact.dataset.closesAt = closesAt;
    if (composer.dataset.composer !== 'open' || !closesAt) return;
    // A browser's clock may run ahead of the server's, which then says "open" again: ask now and then, not at once.
    if (drawWindow(composer.querySelector('.win'), closesAt) || Date.now() - askedAt < 15000) return;
    askedAt = Date.now();
    inbox.refreshComposer();
  }

  function drawWindows() {
    drawOpenWindow();
    for (const row of document.querySelectorAll('.conv[data-closes-at]')) {
      if (row.dataset.closesAt) drawWindow(row.querySelector('.win'), row.dataset.closesAt);
    }
    for (const element of document.querySelectorAll('.win[data-closes-at]')) {
      if (element.dataset.closesAt) drawWindow(element, element.dataset.closesAt);
    }
  }

  Object.assign(inbox, { drawWindows });
})();

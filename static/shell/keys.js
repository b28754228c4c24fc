/* The letter keys. They rest while a field has the focus, with a modifier, and when turned off in the settings. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  let going = 0;
  // After "reply" where nothing can be written, what follows is a reply and no row of commands, until a pause or Esc.
  let replying = 0;
  const PAUSE = 1500;

  const writing = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  const shown = (element) => element && element.getClientRects().length > 0;

  function move(step) {
    const rows = [...document.querySelectorAll('#rows .row')];
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    const from = at >= 0 ? at : rows.findIndex((row) => row.hasAttribute('aria-current'));
    const next = from < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(from + step, 0), rows.length - 1);
    rows[next].focus();
    rows[next].scrollIntoView({ block: 'nearest' });
  }

  function focus(id) {
    if (!shown($(id))) return false;
    $(id).focus();
    return true;
  }

  function reply() {
    if (focus('body')) return;
    focus('send-template');
    replying = Date.now();
  }

  function assign() {
    if (!$('assign')) return;
    if (!shown($('assign'))) location.hash = 'contact';
    $('assign').focus();
  }

  function go(letter) {
    const link = /^[a-z]$/.test(letter) && document.querySelector(`.rail [data-go="${letter}"]`);
    if (link) link.click();
  }

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    r: reply,
    t: () => $('send-template') && $('send-template').click(),
    a: assign,
    e: () => $('state-change') && $('state-change').click(),
    '/': () => focus('search'),
    '?': () => $('keys') && $('keys').showModal(),
  };

  /* Esc closes what is on top, one layer at a time. */
  function escape(event) {
    const inbox = window.SwitchboardInbox;
    if (document.querySelector('dialog[open]')) return;
    if (inbox && inbox.closeTimelines(null, true)) return;
    if (location.hash === '#contact') {
      history.replaceState(null, '', location.pathname + location.search);
      location.hash = 'thread';
      focus('details-open');
      return;
    }
    if (writing(event.target)) event.target.blur();
  }

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { replying = 0; escape(event); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && event.key !== 'j' && event.key !== 'k') return;
    if (writing(event.target) || document.querySelector('dialog[open]')) return;
    if (window.Switchboard && !window.Switchboard.lettersOn()) return;
    if (Date.now() - replying < PAUSE && event.key.length === 1) {
      replying = Date.now();
      return;
    }
    if (going && Date.now() - going < 1500) {
      going = 0;
      event.preventDefault();
      go(event.key);
      return;
    }
    going = 0;
    if (event.key === 'g') { going = Date.now(); return; }
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
})();

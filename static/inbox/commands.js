/* What a letter means in the inbox. While the list has the focus, or nothing is open, it is a command and acts on what
   is marked there. Anywhere else in an open conversation it is the reply's: it goes into the composer, or, where
   nothing can be written, does nothing. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox ||= {};
  const keys = () => window.SwitchboardKeys;

  const openOne = () => $('thread') && $('thread').dataset.conversation;
  const inList = () => document.querySelector('.list').contains(document.activeElement);
  const mayChange = () => 'changes' in document.querySelector('.inbox').dataset;

  /* The row with the focus, else that of the open conversation. */
  function marked() {
    const focused = document.activeElement.closest('li.conv');
    return focused || (openOne() ? $(`row-${openOne()}`) : null);
  }

  /* --- typing ---------------------------------------------------------------------------------------- */

  function write() {
    const area = $('body');
    if (!keys().shown(area)) return false;
    area.focus({ preventScroll: true });
    $('composer').scrollIntoView({ block: 'nearest' });
    area.setSelectionRange(area.value.length, area.value.length);
    return true;
  }

  function isText(event) {
    if (inbox.isForComing(event)) return true;
    if ([...event.key].length !== 1 && event.key !== 'Process') return false;
    // Letters in the list of owners would choose another one.
    const field = keys().writing(event.target) && event.target.id !== 'assign';
    if (field || event.key === ' ' || !openOne() || inList()) return false;
    // The letter itself is typed where the focus is by then.
    if (!write()) event.preventDefault();
    return true;
  }

  /* --- commands -------------------------------------------------------------------------------------- */

  function move(step) {
    const rows = [...document.querySelectorAll('#rows .row')];
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    const from = at >= 0 ? at : rows.findIndex((row) => row.hasAttribute('aria-current'));
    const next = from < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(from + step, 0), rows.length - 1);
    rows[next].focus();
    rows[next].scrollIntoView({ block: 'nearest' });
  }

  function reply() {
    const row = marked();
    if (row && row.dataset.conversation !== openOne()) row.querySelector('.row').click();
    else if (openOne() && !write()) $('thread-title').focus({ preventScroll: true });
  }

  function assign() {
    const row = marked();
    const conversation = row ? row.dataset.conversation : openOne();
    if (conversation && mayChange()) htmx.ajax('GET', `/conversations/${conversation}/assign`, '#assign-dialog');
  }

  function close() {
    const row = marked();
    if (!mayChange()) return;
    if (!row || row.dataset.conversation === openOne()) {
      if ($('state-change')) $('state-change').closest('form').requestSubmit();
      return;
    }
    const values = { state: row.dataset.state === 'closed' ? 'open' : 'closed' };
    htmx.ajax('POST', `/conversations/${row.dataset.conversation}/state`, { values, target: '#rows', swap: 'none' });
  }

  function template() {
    const row = marked();
    const closed = row ? row.querySelector('.win--off') : $('send-template');
    const conversation = row ? row.dataset.conversation : openOne();
    if (closed && mayChange()) location.assign(`/conversations/${conversation}/template`);
  }

  /* Files go into the reply that is on the screen. */
  function attach() {
    const row = marked();
    if ((!row || row.dataset.conversation === openOne()) && $('attach')) $('attach').click();
  }

  const commands = { j: () => move(1), k: () => move(-1), r: reply, t: template, a: assign, e: close, m: attach };

  /* Esc closes what is on top, one layer at a time, and leads to the list at last. */
  function leave() {
    inbox.leaveComing();
    if (inbox.closeTimelines(null, true)) return;
    if (location.hash === '#contact') {
      history.replaceState(null, '', location.pathname + location.search);
      location.hash = 'thread';
      keys().focus('details-open');
      return;
    }
    const row = marked() || document.querySelector('#rows li.conv');
    if (row && keys().shown(row)) row.querySelector('.row').focus({ preventScroll: true });
    else if (!keys().focus('rows')) document.activeElement.blur();
  }

  Object.assign(inbox, { commands, isText, leave, write });
})();

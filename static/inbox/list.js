/* What the rows of the list show of what is open and read. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox ||= {};

  function showRead(row) {
    row.dataset.unread = '0';
    row.querySelector('.row').classList.remove('is-new');
    const badge = row.querySelector('.unread');
    if (badge) badge.remove();
  }

  function markCurrent() {
    const thread = $('thread');
    const id = thread && thread.dataset.conversation;
    for (const link of document.querySelectorAll('.row[aria-current]')) {
      if (link.parentElement.id !== `row-${id}`) link.removeAttribute('aria-current');
    }
    const row = id && $(`row-${id}`);
    if (row) row.querySelector('.row').setAttribute('aria-current', 'true');
  }

  Object.assign(inbox, { showRead, markCurrent });
})();

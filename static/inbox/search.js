/* Searching: through the results by arrow keys, and rows that go on showing what was found in them. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox ||= {};

  const rows = () => [...document.querySelectorAll('#rows .row')];

  document.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
    const at = rows().indexOf(document.activeElement);
    if (document.activeElement.id === 'search' ? step < 0 : at < 0) return;
    event.preventDefault();
    const next = rows()[at + step];
    if (next) { next.focus(); next.scrollIntoView({ block: 'nearest' }); }
    else if (step < 0) $('search').focus();
  });

  // The results came while somebody was among those before them.
  let among = false;
  document.addEventListener('htmx:beforeSwap', (event) => {
    if (event.detail.target.id === 'list') among = Boolean(document.activeElement.closest('#rows .row, #search-older'));
  });
  document.addEventListener('htmx:afterSwap', (event) => {
    if (event.detail.target.id !== 'list' || !among) return;
    (rows()[0] || $('search-older') || $('search')).focus();
  });

  /* A change of the conversation is shown in its row; what was found in it stays, and so does the way there. */
  document.addEventListener('live:inbox', (event) => {
    for (const row of event.detail.querySelectorAll('li.conv')) {
      const there = $(row.id);
      if (!there || !there.dataset.hit) continue;
      row.dataset.hit = there.dataset.hit;
      for (const part of ['.row__l', 'time']) row.querySelector(part).replaceWith(there.querySelector(part).cloneNode(true));
      for (const name of ['href', 'hx-get', 'hx-push-url']) {
        row.querySelector('.row').setAttribute(name, there.querySelector('.row').getAttribute(name));
      }
    }
  });

  /* The message that a search led to is in sight. */
  function showFound() {
    const found = document.querySelector('.m--found');
    if (found) found.scrollIntoView({ block: 'center' });
  }

  Object.assign(inbox, { showFound });
})();

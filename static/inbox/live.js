/* The inbox follows: rows in place, new ones behind a pill while somebody is there. What a frame left out is
   counted by inbox/left_out.js, the open thread follows by inbox/thread_live.js; what else shows a conversation's state follows by live/fragments.js. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox;
  const MOST_ROWS = 200;
  const SOON = 90 * 60000;
  let waiting = new Map();

  const rows = () => $('rows');
  // A dialog gives the focus back to the row that it was opened from.
  const inUse = (list) => list.matches(':hover') || list.contains(document.activeElement)
    || Boolean(document.querySelector('dialog[open]'));
  const busy = () => rows() && (inUse(rows()) || rows().scrollTop > 20);
  const tab = () => ($('list') ? $('list').dataset.tab : '');

  function closesSoon(row) {
    const left = Date.parse(row.dataset.closesAt) - Date.now();
    return left > 0 && left <= SOON;
  }

  function belongs(row) {
    const list = $('list');
    if (!list || list.dataset.query) return false;
    const open = row.dataset.state === 'open';
    const agent = document.querySelector('.inbox').dataset.agent;
    const tabs = {
      mine: open && row.dataset.assigned === agent && agent !== '',
      unassigned: open && row.dataset.assigned === '',
      all: open,
      closing: open && closesSoon(row),
      closed: !open,
    };
    return Boolean(tabs[list.dataset.tab]);
  }

  function exchange(there, row) {
    const kept = there.querySelector('a').getAttribute('aria-current');
    if (kept) row.querySelector('a').setAttribute('aria-current', kept);
    Idiomorph.morph(there, row);
    htmx.process(there);
  }

  function showPill() {
    const pill = $('inbox-new');
    if (!pill) return;
    pill.hidden = !waiting.size;
    pill.querySelector('span').textContent = waiting.size === 1
      ? pill.dataset.one : pill.dataset.many.replace('{count}', waiting.size);
  }

  /* As the server orders them: newest first, among those that close soon the most urgent first. */
  const goesBefore = (a, b) => (tab() === 'closing' ? a.dataset.closesAt < b.dataset.closesAt : a.dataset.at > b.dataset.at);
  const next = (row) => [...rows().querySelectorAll('li.conv')].find((other) => other.id !== row.id && goesBefore(row, other));

  function insert(row) {
    const there = $(row.id);
    if (there) there.remove();
    const before = next(row) || $('more-changed') || $('more-rows');
    rows().insertBefore(row, before);
    htmx.process(row);
    for (const beyond of [...rows().querySelectorAll('li.conv')].slice(MOST_ROWS)) beyond.remove();
  }

  function release() {
    for (const row of waiting.values()) insert(row);
    waiting = new Map();
    inbox.localise(document);
    inbox.drawWindows();
    inbox.markCurrent();
    showPill();
  }

  /* A row that belongs elsewhere now stays, dimmed, as long as somebody uses the list: nothing moves under the pointer. */
  function sweep() {
    const list = rows();
    if (!list || $('list').dataset.query) return;
    for (const row of list.querySelectorAll('li.conv')) {
      if (belongs(row)) row.classList.remove('is-gone');
      else if (inUse(list)) row.classList.add('is-gone');
      else row.remove();
    }
  }

  /* What follows the rows of this page comes with "Show more". */
  const isBeyond = (row) => $('more-rows') && !next(row);

  function take(row) {
    const there = $(row.id);
    if (there) exchange(there, row.cloneNode(true));
    if (!belongs(row) || (!there && isBeyond(row))) { waiting.delete(row.id); return; }
    const follower = next(row);
    const inPlace = there && (!follower || there.compareDocumentPosition(follower) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (inPlace) waiting.delete(row.id);
    else waiting.set(row.id, row);
  }

  function settle() {
    sweep();
    if (waiting.size && !busy()) release();
    else { showPill(); inbox.drawWindows(); inbox.markCurrent(); }
  }

  /* There are more in the tab than are shown: the clock alone has brought them here. */
  async function complete() {
    const told = document.querySelector('#tabs [aria-current] .count');
    if (!told || !rows() || $('more-rows')) return;
    const shown = rows().querySelectorAll('li.conv:not(.is-gone)').length + [...waiting.keys()].filter((id) => !$(id)).length;
    if (parseInt(told.textContent, 10) <= shown) return;
    await firstPage();
  }

  /* Have the list's first page anew; its rows, or null when it did not come. */
  async function firstPage() {
    const list = $('list');
    const asked = new URLSearchParams({ tab: tab() });
    const answer = await fetch(`/inbox/more?${asked}`, { headers: { 'X-Switchboard-Background': '1' }, cache: 'no-store' });
    if (!answer.ok || $('list') !== list) return answer.status < 500 ? [] : null;
    const template = document.createElement('template');
    template.innerHTML = await answer.text();
    inbox.localise(template.content);
    const came = [...template.content.querySelectorAll('li.conv')];
    for (const row of came) take(row);
    settle();
    return came;
  }

  document.addEventListener('live:inbox', (event) => {
    inbox.localise(event.detail);
    for (const row of [...event.detail.querySelectorAll('li.conv')]) if (rows()) take(row);
    settle();
  });

  document.addEventListener('fragment:shown', () => {
    inbox.localise(document);
    inbox.drawWindows();
    complete().catch(() => { /* the next change asks again */ });
  });

  // Who leaves the list leaves room for it to be put in order.
  for (const name of ['mouseout', 'focusout']) {
    document.addEventListener(name, (event) => {
      if (event.target instanceof Element && event.target.closest('#rows') && rows().querySelector('.is-gone')) setTimeout(sweep);
    });
  }
  setInterval(sweep, 20000);

  // Another list was asked for; it has what waited.
  document.addEventListener('htmx:afterSwap', (event) => {
    if (event.detail.target && event.detail.target.id === 'list') { waiting = new Map(); showPill(); }
  });
  document.addEventListener('click', (event) => {
    if (!event.target.closest('#inbox-new')) return;
    rows().scrollTop = 0;
    release();
  });
  Object.assign(inbox, { firstPage });
})();

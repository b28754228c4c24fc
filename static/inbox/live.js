/* The inbox follows: rows in place, new ones behind a pill while somebody is there, bubbles into the open thread.
   What else shows a conversation's state follows by live/fragments.js. */
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
    const before = next(row) || $('more-rows');
    rows().insertBefore(row, before);
    htmx.process(row);
    while (rows().children.length > MOST_ROWS) rows().lastElementChild.remove();
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
    const count = document.querySelector('#tabs [aria-current] .count');
    const list = $('list');
    if (!count || !rows() || $('more-rows')) return;
    const shown = rows().querySelectorAll('li.conv:not(.is-gone)').length + [...waiting.keys()].filter((id) => !$(id)).length;
    if (parseInt(count.textContent, 10) <= shown) return;
    const asked = new URLSearchParams({ tab: tab() });
    const answer = await fetch(`/inbox/more?${asked}`, { headers: { 'X-Switchboard-Background': '1' }, cache: 'no-store' });
    if (!answer.ok || $('list') !== list) return;
    const template = document.createElement('template');
    template.innerHTML = await answer.text();
    inbox.localise(template.content);
    for (const row of template.content.querySelectorAll('li.conv')) take(row);
    settle();
  }

  /* --- the open thread ------------------------------------------------------------------------------ */

  let asking = false;
  let again = false;

  async function refreshThread() {
    const thread = $('thread');
    const conversation = thread && thread.dataset.conversation;
    if (!conversation) return;
    if (asking) { again = true; return; }
    asking = true;
    try {
      const after = thread.dataset.cursor || document.body.dataset.liveCursor;
      const answer = await fetch(`/conversations/${conversation}/changes?after=${encodeURIComponent(after)}`,
        { headers: { 'X-Switchboard-Background': '1' }, cache: 'no-store' });
      if (answer.ok && $('thread') === thread) place(thread, answer, await answer.text());
    } catch (error) { /* the next change asks again */ }
    asking = false;
    if (again) { again = false; refreshThread(); }
  }

  function place(thread, answer, html) {
    thread.dataset.cursor = answer.headers.get('X-Live-Cursor');
    const template = document.createElement('template');
    template.innerHTML = html;
    const scroll = $('thread-scroll');
    const atEnd = Math.abs(scroll.scrollTop) < 40;
    for (const article of [...template.content.querySelectorAll('article.m')]) inbox.put(article);
    inbox.localise(document);
    if (atEnd) scroll.scrollTop = 0;
    inbox.markRead();
  }

  document.addEventListener('live:inbox', (event) => {
    inbox.localise(event.detail);
    for (const row of [...event.detail.querySelectorAll('li.conv')]) if (rows()) take(row);
    settle();
  });

  document.addEventListener('live:changes', (event) => {
    const thread = $('thread');
    if (thread && event.detail.includes(`messages:${thread.dataset.conversation}`)) refreshThread();
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
  document.addEventListener('live:stale', refreshThread);
})();

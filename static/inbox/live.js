/* The inbox follows: rows in place, new ones behind a pill while somebody is there, bubbles into the open thread. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox;
  const MOST_ROWS = 200;
  let waiting = new Map();

  const rows = () => $('rows');
  const busy = () => {
    const list = rows();
    return list && (list.matches(':hover') || list.contains(document.activeElement) || list.scrollTop > 20);
  };

  function belongs(row) {
    const list = $('list');
    if (!list || list.dataset.query) return false;
    const open = row.dataset.state === 'open';
    const agent = document.querySelector('.inbox').dataset.agent;
    const tabs = {
      mine: open && row.dataset.assigned === agent && agent !== '',
      unassigned: open && row.dataset.assigned === '',
      all: open,
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

  function onTop(row) {
    const there = $(row.id);
    if (there) there.remove();
    rows().prepend(row);
    htmx.process(row);
    while (rows().children.length > MOST_ROWS) rows().lastElementChild.remove();
    const empty = document.querySelector('#list .empty');
    if (empty) empty.remove();
  }

  function release() {
    const fresh = [...waiting.values()].sort((a, b) => (a.dataset.at < b.dataset.at ? -1 : 1));
    waiting = new Map();
    for (const row of fresh) onTop(row);
    inbox.localise(document);
    inbox.drawWindows();
    inbox.markCurrent();
    showPill();
  }

  function take(row) {
    const there = $(row.id);
    const first = rows().querySelector('li.conv');
    const newest = !first || first.id === row.id || row.dataset.at > first.dataset.at;
    if (there) exchange(there, row.cloneNode(true));
    const moves = belongs(row) && (there ? newest && first.id !== row.id : newest);
    if (!moves) { waiting.delete(row.id); return; }
    waiting.set(row.id, row);
  }

  let counting = null;
  function refreshTabs() {
    if (counting) return;
    counting = setTimeout(() => {
      counting = null;
      const list = $('list');
      if (!list || !$('tabs')) return;
      const asked = new URLSearchParams({ tab: list.dataset.tab, q: list.dataset.query });
      fetch(`/inbox/tabs?${asked}`, { headers: { 'X-Switchboard-Background': '1' } })
        .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
        .then((html) => {
          const template = document.createElement('template');
          template.innerHTML = html;
          const fresh = template.content.querySelector('#tabs');
          if (!fresh) return;
          Idiomorph.morph($('tabs'), fresh);
          htmx.process($('tabs'));
          inbox.showWaiting();
        })
        .catch(() => { /* the next change asks again */ });
    }, 1000);
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
    const composer = $('composer');
    const state = answer.headers.get('X-Composer-State');
    if (composer && state && composer.dataset.composer !== state) inbox.refreshComposer();
    if (answer.headers.get('X-Contact-Changed') === '1') refreshContact(thread);
    inbox.markRead();
  }

  /* Changed, not replaced: who is inside the panel keeps the focus and what is being chosen. */
  async function refreshContact(thread) {
    try {
      const answer = await fetch(`/conversations/${thread.dataset.conversation}/contact`,
        { headers: { 'X-Switchboard-Background': '1' }, cache: 'no-store' });
      const html = answer.ok ? await answer.text() : '';
      const template = document.createElement('template');
      template.innerHTML = html;
      const fresh = template.content.querySelector('#contact');
      if (!fresh || $('thread') !== thread || !$('contact')) return;
      Idiomorph.morph($('contact'), fresh);
      htmx.process($('contact'));
      inbox.drawWindows();
    } catch (error) { /* the next change of it asks again */ }
  }

  document.addEventListener('live:inbox', (event) => {
    const open = $('thread') && $('thread').dataset.conversation;
    let here = false;
    inbox.localise(event.detail);
    for (const row of [...event.detail.querySelectorAll('li.conv')]) {
      here = here || row.dataset.conversation === open;
      if (rows()) take(row);
    }
    if (waiting.size && !busy()) release();
    else { showPill(); inbox.drawWindows(); inbox.markCurrent(); }
    if (here) refreshThread();
    refreshTabs();
  });

  // Another list was asked for; it has what waited.
  document.addEventListener('htmx:afterSwap', (event) => {
    if (event.detail.target && event.detail.target.id === 'list') { waiting = new Map(); showPill(); }
  });
  document.addEventListener('click', (event) => {
    if (!event.target.closest('#inbox-new')) return;
    rows().scrollTop = 0;
    release();
  });
  document.addEventListener('live:stale', () => { refreshThread(); refreshTabs(); });
})();

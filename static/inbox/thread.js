/* The open thread: order, days, what was read. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox ||= {};
  const place = (article) => [article.dataset.at, Number(article.dataset.message)];
  const before = (a, b) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);

  /* Put a bubble where it belongs; one that is there already is exchanged, and keeps an open timeline open.
     What is older than all that is shown comes with "Show older messages", what is newer with "Show newer messages". */
  function put(article) {
    const messages = $('messages');
    const there = $(article.id);
    if (there && there !== article && messages.contains(there)) {
      const timeline = there.querySelector('.pop:not([hidden])');
      const state = inbox.stateOf(there);
      const held = there.contains(document.activeElement) && document.activeElement;
      // Changed, not replaced: a button in it keeps the focus.
      Idiomorph.morph(there, article);
      htmx.process(there);
      if (held) window.Switchboard.stay(there, held);
      if (timeline) inbox.openTimeline(there.querySelector('[data-timeline]'));
      inbox.announceChange(there, state);
    } else {
      const shown = [...messages.querySelectorAll('article.m')].filter((other) => other !== article);
      if ($('older') && shown.length && before(place(article), place(shown[0]))) { article.remove(); return; }
      if ($('newer') && shown.length && before(place(shown.at(-1)), place(article))) { article.remove(); return; }
      const later = shown.find((other) => before(place(article), place(other)));
      messages.insertBefore(article, later || null);
      htmx.process(article);
      inbox.announceNew(article);
    }
    days();
  }

  /* One heading for each day, above its first message. */
  function days() {
    const messages = $('messages');
    if (!messages) return;
    for (const heading of messages.querySelectorAll('.day')) heading.dataset.stale = '1';
    let day = '';
    for (const article of messages.querySelectorAll('article.m')) {
      if (article.dataset.day === day) continue;
      day = article.dataset.day;
      let heading = article.previousElementSibling;
      if (!heading || !heading.matches('.day') || heading.dataset.day !== day) {
        heading = document.createElement('div');
        heading.className = 'day';
        heading.dataset.day = day;
        heading.textContent = article.dataset.dayName;
        article.before(heading);
      }
      delete heading.dataset.stale;
    }
    for (const heading of messages.querySelectorAll('.day[data-stale]')) heading.remove();
  }

  function newest() {
    const numbers = [...document.querySelectorAll('#messages article.m')].map((m) => Number(m.dataset.message));
    return numbers.length ? Math.max(...numbers) : 0;
  }

  let readUpTo = '';

  function markRead() {
    const thread = $('thread');
    if (!thread || !('marksRead' in thread.dataset) || document.visibilityState !== 'visible') return;
    const conversation = thread.dataset.conversation;
    const row = $(`row-${conversation}`);
    const unread = row ? Number(row.dataset.unread) : Number(thread.dataset.unread);
    const seen = `${conversation}:${newest()}`;
    if (!unread || readUpTo === seen) return;
    readUpTo = seen;
    const key = document.querySelector('meta[name="csrf-token"]').content;
    const body = new URLSearchParams({ seen: newest() });
    fetch(`/conversations/${conversation}/read`, { method: 'POST', body, headers: { 'X-CSRFToken': key, 'X-Switchboard-Background': '1' } })
      .then((answer) => {
        if (!answer.ok) { readUpTo = ''; return; }
        thread.dataset.unread = '0';
        if (row) inbox.showRead(row);
      })
      .catch(() => { readUpTo = ''; });
  }

  Object.assign(inbox, { put, days, markRead });
})();

/* What a frame left out of the inbox: a line at the list's end counts it, and the list's first page is had anew. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox;
  // A whole page of the list, for every console that shows one: while very much happens, not sooner than this.
  const LEAST = 3000;
  let leftOut = new Set();

  const count = (number, words) => (number === 1 ? words.one : words.many.replace('{count}', number));

  /* The line at the list's end says how many conversations changed that are not here as they are now. */
  function showLeftOut(line) {
    const there = $('more-changed') || line;
    if (!there || !$('rows')) return;
    if (!leftOut.size) {
      if (!there.contains(document.activeElement)) there.remove();
      return;
    }
    const list = $('list').dataset;
    const asked = new URLSearchParams({ tab: list.tab, q: list.query });
    const link = there.querySelector('a');
    link.textContent = count(leftOut.size, there.dataset);
    link.href = `/?${asked}`;
    for (const [name, value] of Object.entries({ get: `/inbox/list?${asked}`, target: '#list', swap: 'outerHTML' })) {
      link.setAttribute(`hx-${name}`, value);
    }
    if (there.parentNode !== $('rows')) $('rows').insertBefore(there, $('more-rows'));
    htmx.process(there);
  }

  /* The list's first page has those of them that changed last. */
  const bringLeftOut = window.SwitchboardPace.paced(async () => {
    const list = $('list');
    if (!list || list.dataset.query) return true;
    const asked = leftOut;
    leftOut = new Set();
    const came = await inbox.firstPage().catch(() => null);
    // Another list was asked for meanwhile, which has them.
    if ($('list') !== list) return true;
    leftOut = new Set([...asked, ...leftOut]);
    if (came) for (const row of came) if (asked.has(row.dataset.conversation)) leftOut.delete(row.dataset.conversation);
    showLeftOut();
    return Boolean(came);
  }, LEAST);

  // Before live.js, which takes the rows out of the frame.
  document.addEventListener('live:inbox', (event) => {
    for (const row of event.detail.querySelectorAll('li.conv')) leftOut.delete(row.dataset.conversation);
    const line = event.detail.querySelector('#more-changed');
    if (line) for (const number of line.dataset.conversations.split(' ')) leftOut.add(number);
    showLeftOut(line);
    if (line) bringLeftOut();
  });

  // A list that was asked for anew has them.
  document.addEventListener('htmx:afterSwap', (event) => {
    if (event.detail.target && event.detail.target.id === 'list') leftOut = new Set();
  });
  document.addEventListener('live:stale', bringLeftOut);
})();

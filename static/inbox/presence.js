/* Who else has a conversation open, and that we have. What is typed stays in its field: only that it is, is told. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const SAY_AGAIN = 10000;
  const STOPPED_WRITING = 6000;
  // Nobody has touched this page for so long: whoever opened it is not looking.
  const ATTENDED = 120000;
  let others = [];

  function draw() {
    const me = document.body.dataset.agent;
    for (const place of document.querySelectorAll('[data-presence]')) {
      const row = place.closest('.conv');
      const here = others.filter((one) => one.dataset.conversation === place.dataset.presence && one.dataset.agent !== me);
      const shown = here.map((one) => (row ? inRow(one) : one.cloneNode(true)));
      if (place.innerHTML !== shown.map((one) => one.outerHTML).join('')) place.replaceChildren(...shown);
    }
  }

  /* A row is a link, and holds no list. */
  function inRow(one) {
    const span = document.createElement('span');
    for (const name of ['class', 'title']) span.setAttribute(name, one.getAttribute(name));
    span.append(...one.cloneNode(true).childNodes);
    return span;
  }

  document.addEventListener('live:presence', (event) => {
    others = [...event.detail.querySelectorAll('li')];
    draw();
  });
  for (const name of ['live:inbox', 'fragment:shown', 'htmx:afterSettle', 'htmx:oobAfterSwap']) {
    document.addEventListener(name, draw);
  }

  /* --- what we say --------------------------------------------------------------------------------- */

  let said = { conversation: '', doing: '', at: 0 };
  let touched = Date.now();
  let typed = 0;

  function now() {
    const thread = $('thread');
    const conversation = (thread && thread.dataset.conversation) || '';
    if (!conversation || document.visibilityState !== 'visible' || Date.now() - touched > ATTENDED) return ['', ''];
    return [conversation, Date.now() - typed < STOPPED_WRITING ? 'writing' : 'looking'];
  }

  function post(conversation, doing) {
    const key = document.querySelector('meta[name="csrf-token"]').content;
    fetch(`/conversations/${conversation}/presence`, {
      method: 'POST', body: new URLSearchParams({ doing }), keepalive: true,
      headers: { 'X-CSRFToken': key, 'X-Switchboard-Background': '1' },
    }).catch(() => { /* said again in a moment */ });
  }

  function say() {
    // The login is over, and with it the page.
    if (!document.querySelector('.inbox')) return;
    // What was typed in the conversation that was open before is no writing here.
    if (now()[0] !== said.conversation && said.conversation) typed = 0;
    const [conversation, doing] = now();
    if (said.conversation && said.conversation !== conversation) post(said.conversation, 'left');
    const same = said.conversation === conversation && said.doing === doing;
    if (conversation && (!same || Date.now() - said.at >= SAY_AGAIN)) {
      post(conversation, doing);
      said = { conversation, doing, at: Date.now() };
    }
    if (!conversation) said = { conversation: '', doing: '', at: 0 };
  }

  function over() {
    if (said.conversation && document.querySelector('.inbox')) post(said.conversation, 'left');
    said = { conversation: '', doing: '', at: 0 };
  }

  for (const name of ['keydown', 'pointerdown', 'pointermove', 'wheel']) {
    document.addEventListener(name, () => { touched = Date.now(); }, { passive: true });
  }
  document.addEventListener('input', (event) => {
    if (event.target.id !== 'body') return;
    typed = event.target.value ? Date.now() : 0;
    say();
  });
  document.addEventListener('htmx:afterSettle', (event) => {
    const asked = event.detail.requestConfig;
    if (asked && asked.verb === 'post' && event.detail.target.id === 'composer') typed = 0;
    say();
  });
  document.addEventListener('visibilitychange', say);
  window.addEventListener('pagehide', over);
  setInterval(say, 2000);

  say();
})();

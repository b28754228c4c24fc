/* What follows changes: an element names what it shows (data-concerns) and where that is had anew (data-fragment).
   The answer is elements with ids; each takes the place of the one that has the same id here. */
(function () {
  'use strict';
  const SPACING = 400;
  const MOST_AT_ONCE = 3;
  const TRY_AGAIN = 5000;
  const REMEMBERED = 30000;
  // By address: is it to be asked, is it being asked, when was it last, how far apart are questions now.
  const known = new Map();
  // When a name was heard last: what was asked for before that, and comes after it, is old already.
  const heard = new Map();
  let timer = null;

  const followers = () => [...document.querySelectorAll('[data-fragment]')];
  const concerned = (element, names) => (element.dataset.concerns || '').split(' ').some((name) => names.has(name));

  function of(url) {
    if (!known.has(url)) known.set(url, { due: 0, asking: false, began: performance.now(), spacing: SPACING });
    return known.get(url);
  }

  /* Have it anew: soon, but no sooner than its spacing allows. That grows to data-patience while changes go on, and
     with what the last answer took. */
  function ask(element) {
    const url = element.dataset.fragment;
    const it = of(url);
    if (it.due) return;
    const now = performance.now();
    const patience = Number(element.dataset.patience || SPACING);
    it.spacing = it.asked && now - it.asked < 2 * it.spacing ? Math.min(2 * it.spacing, patience) : SPACING;
    const next = it.asked ? Math.max(it.asked + it.spacing, (it.answered || 0) + window.SwitchboardPace.pause(it.took || 0)) : 0;
    // Consoles that all heard the same don't all ask in the same moment.
    it.due = Math.max(now + 20 + (patience > SPACING ? 150 * Math.random() : 0), next);
    plan();
  }

  function plan() {
    clearTimeout(timer);
    if (document.hidden) return;
    const now = performance.now();
    const there = new Set(followers().map((element) => element.dataset.fragment));
    for (const url of [...known.keys()]) if (!there.has(url) && !known.get(url).asking) known.delete(url);
    const waiting = [...known].filter(([, it]) => it.due && !it.asking).sort(([, a], [, b]) => a.due - b.due);
    let room = MOST_AT_ONCE - [...known.values()].filter((it) => it.asking).length;
    for (const [url, it] of waiting) {
      if (it.due > now) { timer = setTimeout(plan, it.due - now); return; }
      if (room < 1) return;
      room -= 1;
      bring(url, it);
    }
  }

  async function bring(url, it) {
    Object.assign(it, { due: 0, asking: true, asked: performance.now() });
    try {
      const answer = await fetch(url, { headers: { 'X-Switchboard-Background': '1' }, cache: 'no-store' });
      const html = answer.ok ? await answer.text() : '';
      if (answer.ok && onItsWay(url)) it.due = performance.now() + SPACING;
      else if (answer.ok) show(url, html);
      else if (answer.status === 401) document.dispatchEvent(new CustomEvent('live:ended'));
      // The server has trouble; what is gone is asked for no more.
      else if (answer.status >= 500) it.due = performance.now() + TRY_AGAIN;
    } catch (error) {
      it.due = performance.now() + TRY_AGAIN;
    }
    it.answered = performance.now();
    it.took = it.answered - it.asked;
    it.asking = false;
    if (it.due) it.due = Math.max(it.due, it.answered + window.SwitchboardPace.pause(it.took));
    plan();
  }

  /* A request on its way, or one that waits for it, belongs to its form: it would be lost with that. */
  const onItsWay = (url) => followers().some((element) => (
    element.dataset.fragment === url && (element.closest('.pane') || element).querySelector('.htmx-request')
  ));

  function show(url, html) {
    const template = document.createElement('template');
    template.innerHTML = html;
    for (const fresh of [...template.content.children]) {
      // Asked anew for each: what listens may have put something else here.
      if (!followers().some((element) => element.dataset.fragment === url)) return;
      const there = document.getElementById(fresh.id);
      if (!there) continue;
      const taken = !there.dispatchEvent(new CustomEvent('fragment:fresh', { bubbles: true, cancelable: true, detail: fresh }));
      if (taken) continue;
      Idiomorph.morph(there, fresh);
      htmx.process(document.getElementById(fresh.id) || document.body);
    }
    document.dispatchEvent(new CustomEvent('fragment:shown'));
  }

  document.addEventListener('live:changes', (event) => {
    const names = new Set(event.detail);
    const now = performance.now();
    for (const name of names) heard.set(name, now);
    for (const [name, at] of heard) if (now - at > REMEMBERED) heard.delete(name);
    followers().filter((element) => concerned(element, names)).forEach(ask);
  });

  // Too much was missed to name it.
  document.addEventListener('live:stale', () => followers().forEach(ask));

  // What a request of htmx brought was read from the database at some time after it was asked for.
  document.addEventListener('htmx:beforeRequest', (event) => {
    event.detail.requestConfig.askedAt = performance.now();
  });
  document.addEventListener('htmx:afterSettle', (event) => {
    const since = event.detail.requestConfig && event.detail.requestConfig.askedAt;
    if (!since) return;
    const late = new Set([...heard].filter(([, at]) => at > since).map(([name]) => name));
    followers().filter((element) => concerned(element, late)).forEach(ask);
  });

  // What hangs on the clock alone.
  setInterval(() => {
    const now = performance.now();
    for (const element of document.querySelectorAll('[data-fragment][data-every]')) {
      const it = of(element.dataset.fragment);
      if (now - (it.asked || it.began) > 1000 * element.dataset.every) ask(element);
    }
  }, 5000);

  document.addEventListener('visibilitychange', plan);

  window.SwitchboardFragments = Object.freeze({ ask });
})();

/* The login. What a person does here counts as use of it, in whichever tab; a page that nobody touches does not.
   When it is over, all that the page shows is taken away, what was being written is kept, and why is said. */
(function () {
  'use strict';
  const body = document.body;
  const cover = document.getElementById('session-over');
  if (!cover) return;
  const TELL_EVERY = 61000;
  const PATIENCE = 5000;
  const ACTS = ['keydown', 'input', 'pointerdown', 'pointermove', 'wheel', 'touchstart', 'touchmove'];
  const mine = body.dataset.liveSession;
  const tabs = window.BroadcastChannel ? new BroadcastChannel('switchboard-session') : null;
  let ends = Date.now() + 1000 * Number(body.dataset.sessionLeft);
  // When the server heard last of somebody here, and when somebody last was.
  let told = Date.now();
  let acted = 0;
  let asking = false;
  let over = false;

  async function ask(active) {
    if (asking || over) return;
    asking = true;
    if (active) told = Date.now();
    try {
      const answer = await fetch(active ? '/session?active=1' : '/session', {
        headers: { 'X-Switchboard-Background': '1' }, cache: 'no-store', signal: AbortSignal.timeout(PATIENCE),
      });
      const state = await answer.json();
      if (state.over !== undefined) end(state.says);
      else if (String(state.agent) !== body.dataset.agent) { keep(); location.reload(); } else ends = Date.now() + 1000 * state.left;
    } catch (error) {
      // Without a server nobody knows; by this page's own clock it is over.
      if (Date.now() > ends) end(cover.dataset.idle);
    }
    asking = false;
  }

  function end(says) {
    if (over) return;
    over = true;
    keep();
    if (tabs) tabs.postMessage({ over: says, login: mine });
    const here = location.pathname + location.search + location.hash;
    const page = cover.content.cloneNode(true);
    page.querySelector('[data-why]').textContent = says;
    page.querySelector('a').href = `/login?next=${encodeURIComponent(here)}`;
    document.title = cover.dataset.title;
    for (const element of [...body.children]) if (!element.matches('.sprite')) element.remove();
    body.append(page);
    body.querySelector('h1').focus();
  }

  /* --- what was being written: the composer keeps its drafts itself, this is for every other form ------------- */

  const place = `switchboard-kept-${body.dataset.agent}-${location.pathname}`;
  const WRITTEN = 'form[method=post] :is(textarea, select, input:not([type=hidden], [type=password], [type=file]))[name]';
  const fields = () => [...document.querySelectorAll(WRITTEN)].filter((field) => !field.closest('#composer, .contact'));
  const name = (field, all) => {
    const action = field.form.getAttribute('action');
    const same = all.filter((other) => other.name === field.name && other.form.getAttribute('action') === action);
    return `${action} ${field.name} ${same.indexOf(field)}`;
  };
  const isTick = (field) => field.type === 'checkbox' || field.type === 'radio';
  const isChanged = (field) => {
    if (isTick(field)) return field.checked !== field.defaultChecked;
    if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.value !== field.defaultValue;
  };

  function keep() {
    const all = fields();
    const kept = all.filter(isChanged).map((field) => [name(field, all), isTick(field) ? field.checked : field.value]);
    try {
      if (kept.length) sessionStorage.setItem(place, JSON.stringify(kept));
    } catch (error) { /* storage may be blocked or full */ }
  }

  function restore() {
    try {
      const kept = new Map(JSON.parse(sessionStorage.getItem(place) || '[]'));
      sessionStorage.removeItem(place);
      const all = fields();
      for (const field of all) {
        const value = kept.get(name(field, all));
        if (value === undefined) continue;
        if (isTick(field)) field.checked = value;
        else field.value = value;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }
    } catch (error) { /* as above */ }
  }

  /* --- use --------------------------------------------------------------------------------------------------- */

  function act(event) {
    if (!event.isTrusted || over) return;
    acted = Date.now();
    if (acted - told >= TELL_EVERY) ask(true);
  }

  for (const type of ACTS) document.addEventListener(type, act, { capture: true, passive: true });
  window.addEventListener('focus', act);

  function look() {
    if (over) return;
    if (acted > told && Date.now() - told >= TELL_EVERY) ask(true);
    else if (Date.now() > ends) ask(false);
  }

  setInterval(look, 2000);
  document.addEventListener('visibilitychange', look);
  window.addEventListener('pageshow', (event) => { if (event.persisted) ask(false); });
  document.addEventListener('live:ended', () => ask(false));

  // Whatever is refused for want of a login: the page itself says so, and keeps what is in it.
  document.addEventListener('htmx:beforeOnLoad', (event) => {
    if (event.detail.xhr.status !== 401) return;
    event.preventDefault();
    ask(false);
  });

  if (tabs) {
    tabs.onmessage = ({ data }) => {
      if (data.over !== undefined && data.login === mine) end(data.over);
      // Somebody has logged in, in another tab: go on where this one was.
      if (data.in && over) location.reload();
      else if (data.in && data.in !== mine) ask(false);
    };
    tabs.postMessage({ in: mine });
  }
  restore();
})();
